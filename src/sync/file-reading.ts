import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ReadBody } from './http/read-body.js';
import { FetchError } from './pass-errors.js';

/**
 * The operator's own file may be larger than what a stranger's server may send: 100,000 servers in two versions take
 * 200 MB. Above that it is rather the wrong file.
 */
const MAX_FILE_BYTES = 1024 ** 3;

const BLOCK_BYTES = 256 * 1024;

/** A named pipe that nobody writes to is opened at once, and then refused. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

function describeFileError(error: unknown, path: string): FetchError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  return new FetchError(isMissing ? `file not found: ${path}` : `cannot read the file ${path}: ${code}`, {
    cause: error,
  });
}

function tooLarge(path: string): FetchError {
  return new FetchError(`${path}: larger than ${MAX_FILE_BYTES} bytes`);
}

async function sizeOf(file: FileHandle, path: string): Promise<number> {
  const found = await file.stat();
  if (found.isDirectory()) throw new FetchError(`cannot read the file ${path}: it is a directory`);
  // Reading a device may never end.
  if (!found.isFile()) throw new FetchError(`cannot read the file ${path}: it is not a regular file`);
  if (found.size > MAX_FILE_BYTES) throw tooLarge(path);
  return found.size;
}

/** Fills the buffer from the beginning of the file, hashing block by block. @returns the bytes that there were */
async function fill(file: FileHandle, buffer: Buffer, signal: AbortSignal): Promise<{ size: number; hash: string }> {
  const hash = createHash('sha256');
  let size = 0;
  while (size < buffer.byteLength) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, size, Math.min(BLOCK_BYTES, buffer.byteLength - size), size);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(size, size + bytesRead));
    size += bytesRead;
  }
  return { size, hash: hash.digest('hex') };
}

/** The file's SHA-256, in constant memory. */
async function hashOf(file: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let position = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(block.subarray(0, bytesRead));
    position += bytesRead;
  }
}

async function readOpen(
  file: FileHandle,
  path: string,
  knownHash: string | null,
  signal: AbortSignal,
): Promise<ReadBody | undefined> {
  const expected = await sizeOf(file, path);
  if (knownHash !== null && (await hashOf(file, signal)) === knownHash) return undefined;
  // One byte more tells a file that has grown since.
  const buffer = Buffer.from(new ArrayBuffer(expected + 1));
  const { size, hash } = await fill(file, buffer, signal);
  if (size > expected) throw new FetchError(`cannot read the file ${path}: it is being written`);
  return { bytes: buffer.subarray(0, size), hash };
}

/**
 * Reads a file whole, links followed. A file that has not changed is only hashed, so that looking at it costs no memory.
 * @param knownHash - SHA-256 of the content that is known
 * @returns undefined when that is still the content
 * @throws FetchError naming the path
 */
export async function readFileIfChanged(
  path: string,
  knownHash: string | null,
  signal: AbortSignal,
): Promise<ReadBody | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, READ_WITHOUT_WAITING);
    return await readOpen(file, path, knownHash, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof FetchError ? error : describeFileError(error, path);
  } finally {
    await file?.close();
  }
}
