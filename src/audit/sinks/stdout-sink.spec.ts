import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StdoutSink } from './stdout-sink.js';

/** A stream that fails while it is told to, as the standard streams do: it can be written again afterwards. */
class Output extends Writable {
  failure: Error | null = null;
  text = '';

  constructor() {
    super({ autoDestroy: false, decodeStrings: false });
  }

  override write(chunk: unknown, done?: unknown): boolean {
    if (this.failure) this.emit('error', this.failure);
    else this.text += String(chunk);
    (done as (error: Error | null) => void)(this.failure);
    return true;
  }
}

describe('standard output that cannot be written', () => {
  it('is reported, and again when it can be written, and ends nothing', () => {
    const output = new Output();
    const told: string[] = [];
    const sink = new StdoutSink(
      {
        onFailure: (error) => told.push(String(error)),
        onLoss: (lines) => told.push(`${lines} lost`),
        onRecovery: () => told.push('recovered'),
      },
      output,
    );

    sink.write('1\n');
    output.failure = new Error('EPIPE');
    sink.write('2\n');
    expect(sink.isFailing).toBe(true);
    output.failure = null;
    sink.write('3\n');
    sink.write('4\n');

    expect([sink.isFailing, output.text, told]).toEqual([false, '1\n3\n4\n', ['Error: EPIPE', '1 lost', 'recovered']]);
  });
});
