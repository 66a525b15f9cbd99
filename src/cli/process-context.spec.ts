import { PassThrough, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { inputOf } from '../../test/harness/cli-run.js';
import { createProcessContext } from './process-context.js';

/** A process whose standard output fails with this code, or works. */
function newProcess(code?: string) {
  const failure = code === undefined ? null : Object.assign(new Error(`write ${code}`), { code });
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(failure) });
  return { stdin: inputOf(), stdout, stderr: new PassThrough(), env: {}, exit: vi.fn<(code: number) => void>() };
}

describe('createProcessContext', () => {
  it('writes and goes on', async () => {
    const process = newProcess();

    createProcessContext(process).stdout.write('data');
    await setImmediate();

    expect(process.exit).not.toHaveBeenCalled();
  });

  it.each([
    ['EPIPE', null],
    ['ENOSPC', 'Error: cannot write to standard output: write ENOSPC\n'],
  ])('ends the process with 1 when output fails with %s', async (code, message) => {
    const process = newProcess(code);

    createProcessContext(process).stdout.write('data');
    await setImmediate();

    expect(process.exit).toHaveBeenCalledExactlyOnceWith(1);
    expect(process.stderr.read()?.toString() ?? null).toBe(message);
  });
});
