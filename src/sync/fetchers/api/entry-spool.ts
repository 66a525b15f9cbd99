import { open, rm, type FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryDocument } from '../../../documents/entry-document.js';

const BLOCK_BYTES = 256 * 1024;
const LINE_FEED = 10;

/**
 * Entries on their way from an upstream into the database, in a temporary file, so that their number does not count in
 * memory. The file has no name any more once it is open: it is gone when the process is, whatever ends that.
 */
export class EntrySpool {
  #pending: string[] = [];
  #pendingLength = 0;
  #size = 0;
  #closed: Promise<void> | undefined;

  private constructor(private readonly file: FileHandle) {}

  static async create(): Promise<EntrySpool> {
    const path = join(tmpdir(), `registry-spool-${randomBytes(8).toString('hex')}`);
    const file = await open(path, 'wx+', 0o600);
    await rm(path, { force: true });
    return new EntrySpool(file);
  }

  /** Appends an entry. */
  async add(entry: EntryDocument): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`;
    this.#pending.push(line);
    this.#pendingLength += line.length;
    if (this.#pendingLength >= BLOCK_BYTES) await this.#flush();
  }

  /** Walks the entries in the order in which they came; may be walked several times, once nothing is added any more. */
  async *entries(): AsyncGenerator<EntryDocument> {
    await this.#flush();
    let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    for (let position = 0; position < this.#size;) {
      const { bytesRead, buffer } = await this.file.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, position);
      if (bytesRead === 0) throw new Error('the temporary file of a synchronisation became shorter');
      position += bytesRead;
      const block = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = block.lastIndexOf(LINE_FEED) + 1;
      rest = block.subarray(end);
      yield* parseLines(block.toString('utf8', 0, end));
    }
  }

  /** Gives the file back; safe to call twice. */
  async close(): Promise<void> {
    this.#pending = [];
    await (this.#closed ??= this.file.close());
  }

  async #flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const block = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#pendingLength = 0;
    await this.file.write(block, 0, block.byteLength, this.#size);
    this.#size += block.byteLength;
  }
}

function* parseLines(text: string): Generator<EntryDocument> {
  for (const line of text.split('\n')) {
    if (line !== '') yield JSON.parse(line) as EntryDocument;
  }
}
