import { FetchError } from '../../pass-errors.js';

/** Ends a section of a request. */
export const DELIMITER = '0001';
/** Ends a request. */
export const FLUSH = '0000';

/** Frames one line of git's wire protocol (gitprotocol-common): four hexadecimal digits of length, then the text. */
export function pktLine(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;
}

/**
 * Takes an answer of git's wire protocol apart.
 * @returns the lines without their line feeds; flushes, delimiters and other special packets are left out
 * @throws FetchError when the bytes are not framed like that
 */
export function parsePktLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const digits = bytes.toString('latin1', offset, offset + 4);
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    if (Number.isNaN(length) || offset + length > bytes.length)
      throw new FetchError('the answer is not one of a git server');
    if (length >= 4) lines.push(bytes.toString('utf8', offset + 4, offset + length).replace(/\n$/, ''));
    offset += Math.max(length, 4);
  }
  return lines;
}
