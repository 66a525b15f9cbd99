import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/**
 * Keeps some megabytes of garbage alive for a while, again and again, which lets V8 widen the young generation; takes it back
 * as V8 does in an idle program; widens it again. Prints its size in MiB after each.
 */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { setTimeout as sleep } from 'node:timers/promises';
  const { limitYoungGeneration } = await import(process.argv[1]);
  if (process.argv[2] === 'limited') limitYoungGeneration();
  const work = async () => {
    for (let round = 0; round < 15; round++) {
      const kept = [];
      while (kept.length < 200_000) kept.push({ round, text: 'x' + kept.length });
      await sleep(60);
    }
  };
  const youngMiB = () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20;
  await work();
  const grown = youngMiB();
  gc({ type: 'major', flavor: 'last-resort' });
  const shrunk = youngMiB();
  await work();
  process.stdout.write(JSON.stringify({ grown, shrunk, grownAgain: youngMiB() }));
`;

async function youngMiB(mode: 'limited' | 'unlimited'): Promise<Record<'grown' | 'shrunk' | 'grownAgain', number>> {
  const module = fileURLToPath(new URL('young-generation.ts', import.meta.url));
  const options = ['--expose-gc', '--input-type=module', '-e', PROGRAM, module, mode];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return JSON.parse(stdout) as Record<'grown' | 'shrunk' | 'grownAgain', number>;
}

describe('limitYoungGeneration', () => {
  it('keeps the memory of short-lived objects from growing as far as V8 lets it', async () => {
    const [limited, unlimited] = await Promise.all([youngMiB('limited'), youngMiB('unlimited')]);

    expect(unlimited.grown).toBeGreaterThan(32);
    expect(limited.grown).toBeLessThanOrEqual(32);
  });

  it('lets it grow again after V8 has taken it back', async () => {
    const { shrunk, grownAgain } = await youngMiB('limited');

    expect(shrunk).toBeLessThan(8);
    expect(grownAgain).toBeGreaterThanOrEqual(8);
    expect(grownAgain).toBeLessThanOrEqual(32);
  });
});
