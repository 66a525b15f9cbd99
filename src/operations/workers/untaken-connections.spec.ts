import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

describe('connections that a worker was given and has not taken', () => {
  it('are answered by another one when it is killed', async () => {
    const cluster = fork(pathOf('../../../test/harness/cluster-of-two.mjs'), [pathOf('untaken-connections.ts')], {
      execArgv: [],
    });

    const [{ answers, survivor }] = await once(cluster, 'message');

    expect(answers).toEqual(Array.from({ length: 4 }, () => survivor));
  });
});
