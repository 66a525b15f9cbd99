import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** Keeps some megabytes of garbage alive for a while, again and again, which lets V8 widen the young generation. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { setTimeout as sleep } from 'node:timers/promises';
  const { limitYoungGeneration } = await import(process.argv[1]);
  if (process.argv[2] === 'limited') limitYoungGeneration();
  for (let round = 0; round < 15; round++) {
    const kept = [];
    while (kept.length < 200_000) kept.push({ round, text: 'x' + kept.length });
    await sleep(60);
  }
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  process.stdout.write(String(space.space_size / 2 ** 20));
`;

async function youngMiB(mode: 'limited' | 'unlimited'): Promise<number> {
  const module = fileURLToPath(new URL('young-generation.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM, module, mode]);
  return Number(stdout);
}

describe('limitYoungGeneration', () => {
  it('keeps the memory of short-lived objects from growing as far as V8 lets it', async () => {
    const [limited, unlimited] = await Promise.all([youngMiB('limited'), youngMiB('unlimited')]);

    expect(unlimited).toBeGreaterThan(32);
    expect(limited).toBeLessThanOrEqual(32);
  });
});
