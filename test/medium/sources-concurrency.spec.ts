import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EntityManager } from 'typeorm';
import { allowLongWrite, limitWaiting } from '../../src/sources/long-write.js';
import type { PutSourceRequest } from '../../src/sources/dto/put-source.request.js';
import { createAdministration, type Administration } from '../harness/administration.js';

const FILE: PutSourceRequest = { file: { path: '/a.json' }, syncPolicy: { interval: '1h' } };

let admin: Administration;
let count = 0;

/** A name of a test's own. */
function newName(): string {
  return `s-${++count}`;
}

beforeAll(async () => {
  admin = await createAdministration();
});
afterAll(() => admin.close());

describe('many writes of sources at once', () => {
  const settle = async <T>(calls: Promise<T>[]) =>
    (await Promise.allSettled(calls)).map((result) =>
      result.status === 'fulfilled' ? result.value : (result.reason as Error).message,
    );
  const times = <T>(n: number, call: (index: number) => Promise<T>) => Array.from({ length: n }, (_, i) => call(i));

  it('create one source once and replace it otherwise', async () => {
    const name = newName();

    const results = await Promise.all(times(10, () => admin.sources.put(undefined, name, FILE)));

    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('create different sources', async () => {
    const results = await Promise.all(times(10, () => admin.sources.put(undefined, newName(), FILE)));

    expect(results.every(({ isNew }) => isNew)).toBe(true);
  });

  it('create one managed source; the others conflict', async () => {
    const own = await createAdministration();
    onTestFinished(() => own.close());

    const results = await settle(
      times(10, async (i) => (await own.sources.put(undefined, `m${i}`, { managed: {} })).isNew),
    );

    expect(results.filter((result) => result === true)).toHaveLength(1);
    expect(results.filter((result) => result === 'at most one managed source is allowed')).toHaveLength(9);
  });

  it('create the same managed source once and replace it otherwise', async () => {
    const own = await createAdministration();
    onTestFinished(() => own.close());

    const results = await Promise.all(times(10, () => own.sources.put(undefined, 'mine', { managed: {} })));

    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('delete a source once', async () => {
    const name = newName();
    await admin.sources.put(undefined, name, FILE);

    const results = await settle(times(10, () => admin.sources.delete(undefined, name)));

    expect(results.filter((result) => result === undefined)).toHaveLength(1);
    expect(results.filter((result) => result === `source not found: ${name}`)).toHaveLength(9);
  });

  it('create and delete the same names without failing', async () => {
    const names = [newName(), newName()];

    const results = await settle(
      times(40, async (i): Promise<unknown> => {
        const name = names[i % 2]!;
        return i % 3 === 0 ? admin.sources.delete(undefined, name) : admin.sources.put(undefined, name, FILE);
      }),
    );

    const messages = results.filter((result) => typeof result === 'string');
    expect(messages.filter((message) => !message.startsWith('source not found'))).toEqual([]);
  });

  it('never leave a registry with a source that was deleted meanwhile', async () => {
    for (let round = 0; round < 10; round++) {
      const name = newName();
      await admin.sources.put(undefined, name, FILE);

      const [registry, deletion] = await settle<unknown>([
        admin.registries.put(undefined, `r-${name}`, { sources: [name] }),
        admin.sources.delete(undefined, name),
      ]);

      const isListed = typeof registry !== 'string';
      expect(typeof deletion === 'string').toBe(isListed);
      expect(isListed ? deletion : registry).toMatch(isListed ? /is referenced by 1 registry/ : /source not found/);
    }
  });
});

describe('the limits of a change of a source', () => {
  it('are those of a request while it waits, and longer while it writes', async () => {
    const limit = async (tx: EntityManager) => {
      const [row] = await tx.query<{ limit: string }[]>("SELECT current_setting('statement_timeout') AS limit");
      return row?.limit;
    };

    const limits = await admin.db.runner.run(async (tx) => {
      await limitWaiting(tx);
      const waiting = await limit(tx);
      await allowLongWrite(tx);
      return [waiting, await limit(tx)];
    });

    expect(limits).toEqual(['9500ms', '2min']);
  });
});
