import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

const NEWLINE = 0x0a;

/**
 * Takes back the beginning of a record of which the rest did not fit; for the only writer of a file.
 * @param size - bytes that were written, the last ones of the file
 */
export function takeBack(descriptor: number, size: number): void {
  ftruncateSync(descriptor, fstatSync(descriptor).size - size);
}

/**
 * Makes empty lines of the beginning of a record of which the rest did not fit, in place, so that records of other processes
 * are neither cut off nor begun in the middle of a line. It takes no space, of which there is none.
 * @param path - where the file of the descriptor, which can only append, should still be
 * @returns false when the fragment is not the end of the file that can be opened, and still stands
 */
export function blankOut(descriptor: number, path: string, fragment: Uint8Array): boolean {
  try {
    const file = openSync(path, 'r+');
    try {
      return blankEndOf(file, descriptor, fragment);
    } finally {
      closeSync(file);
    }
  } catch {
    // Rotated away, or a file that may be written, but not read.
    return false;
  }
}

function blankEndOf(file: number, descriptor: number, fragment: Uint8Array): boolean {
  const [opened, current] = [fstatSync(descriptor), fstatSync(file)];
  if (opened.ino !== current.ino || opened.dev !== current.dev) return false;
  const position = current.size - fragment.length;
  const end = Buffer.alloc(fragment.length);
  if (readSync(file, end, 0, end.length, position) !== end.length || !end.equals(fragment)) return false;
  return writeSync(file, end.fill(NEWLINE), 0, end.length, position) === end.length;
}
