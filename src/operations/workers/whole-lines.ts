import { Transform, type TransformCallback } from 'node:stream';

const NEWLINE = 0x0a;

/** Passes whole lines on, so that those of several processes can be written to one stream; the last one gets its end. */
export class WholeLines extends Transform {
  #rest: Buffer[] = [];

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#rest.push(chunk);
      done();
      return;
    }
    const lines = Buffer.concat([...this.#rest, chunk.subarray(0, end)]);
    this.#rest = end < chunk.length ? [chunk.subarray(end)] : [];
    done(null, lines);
  }

  override _flush(done: TransformCallback): void {
    if (this.#rest.length > 0) this.push(Buffer.concat([...this.#rest, Buffer.from('\n')]));
    done();
  }
}
