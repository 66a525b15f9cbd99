import { isUtf8 } from 'node:buffer';
import { InvalidInputError } from '../common/errors.js';
import type { ItemPosition } from './catalog-entry.js';

/** Parameters that a cursor carries, by their public names: one value, or several of a repeatable parameter. */
export type CarriedParameters = Readonly<Record<string, string | readonly string[]>>;

/** Where a page begins or ends: after an item (that of the page before), or before one (that of the page after). */
export interface CursorPosition extends ItemPosition {
  readonly direction: 'after' | 'before';
}

/** A cursor taken apart. */
export interface Cursor {
  readonly position: CursorPosition;
  readonly parameters: CarriedParameters;
}

/** Begins every cursor of ours; it does not occur in base64, which the old form is. */
const MARK = '~';

/** A namespace behind all others: a position that has it lies behind the items of that name and version in any namespace. */
export const LAST_NAMESPACE = '\u{10ffff}';

const LETTERS = { after: 'n', before: 'p' } as const;

function invalidCursor(cause?: unknown): InvalidInputError {
  return new InvalidInputError('Invalid cursor parameter', { cause });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\u0000');
}

function isCarried(value: unknown): value is CarriedParameters {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => isText(one) || (Array.isArray(one) && one.every(isText)));
}

/**
 * Writes a cursor, of `A-Z a-z 0-9 - _ ~` only, because VS Code does not percent-encode it (consumer spec B2). It names
 * an item and not a place in a list, so it stays valid when entries come and go, in any process.
 */
export function encodeCursor({ position, parameters }: Cursor): string {
  const { direction, name, version, namespace } = position;
  const parts = [LETTERS[direction], name, version, namespace, parameters];
  return MARK + Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws InvalidInputError when the text is not what encoding the bytes gives, padding aside */
function decodeBytes(text: string, encoding: 'base64' | 'base64url'): Buffer {
  const bytes = Buffer.from(text, encoding);
  if (bytes.toString(encoding).replace(/=+$/, '') !== text || !isUtf8(bytes)) throw invalidCursor();
  return bytes;
}

function decodeOwn(text: string): Cursor {
  const bytes = decodeBytes(text, 'base64url');
  let parts: unknown;
  try {
    parts = JSON.parse(bytes.toString());
  } catch (error) {
    throw invalidCursor(error);
  }
  if (!Array.isArray(parts)) throw invalidCursor();
  const [letter, name, version, namespace, parameters] = parts as unknown[];
  if (!isText(name) || !isText(version) || !isText(namespace) || !isCarried(parameters)) throw invalidCursor();
  if (letter !== LETTERS.after && letter !== LETTERS.before) throw invalidCursor();
  const direction = letter === LETTERS.after ? 'after' : 'before';
  return { position: { direction, name, version, namespace }, parameters };
}

/** The form before: standard base64, padded or not, of `name,version`; names hold no comma. */
function decodeOld(text: string): Cursor {
  // A plus that was not percent-encoded arrives as a space.
  const decoded = decodeBytes(text.replaceAll(' ', '+').replace(/={1,2}$/, ''), 'base64').toString();
  const comma = decoded.indexOf(',');
  const name = decoded.slice(0, Math.max(comma, 0));
  const version = decoded.slice(comma + 1);
  if (name === '' || version === '' || !isText(decoded)) throw invalidCursor();
  return { position: { direction: 'after', name, version, namespace: LAST_NAMESPACE }, parameters: {} };
}

/**
 * Reads a cursor of ours or of the old form.
 * @throws InvalidInputError `Invalid cursor parameter` for anything else
 */
export function decodeCursor(text: string): Cursor {
  return text.startsWith(MARK) ? decodeOwn(text.slice(MARK.length)) : decodeOld(text);
}
