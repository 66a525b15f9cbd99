import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConflictError, RequestTimeoutError } from '../../src/common/errors.js';
import { isUniqueViolation } from '../../src/database/database-errors.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { waitUntil } from '../harness/wait-until.js';

describe('TransactionRunner', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    await db.runner.query('CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL)');
  });
  afterAll(() => db.drop());
  beforeEach(async () => {
    await db.runner.query('TRUNCATE counter');
    await db.runner.query('INSERT INTO counter VALUES (1, 0), (2, 0)');
  });

  const counts = (): Promise<{ id: number; n: number }[]> => db.runner.query('SELECT id, n FROM counter ORDER BY id');
  const increment = (tx: EntityManager, id: number): Promise<unknown> =>
    tx.query('UPDATE counter SET n = n + 1 WHERE id = $1', [id]);

  describe('query', () => {
    it('gives bigint columns as numbers', async () => {
      const rows = await db.runner.query('SELECT 42::bigint AS n, $1::text AS t', ['x']);

      expect(rows).toEqual([{ n: 42, t: 'x' }]);
    });

    it('gives the rows that a changing statement returns', async () => {
      const rows = await db.runner.query('UPDATE counter SET n = 7 WHERE id = 1 RETURNING n');

      expect(rows).toEqual([{ n: 7 }]);
    });

    it('lets through what is neither outage nor time-out', async () => {
      await expect(db.runner.query('SELECT nonsense')).rejects.toMatchObject({ driverError: { code: '42703' } });
    });
  });

  describe('run', () => {
    it('commits and gives what the work gives', async () => {
      const result = await db.runner.run(async (tx) => {
        await increment(tx, 1);
        return 'done';
      });

      expect(result).toBe('done');
      expect(await counts()).toEqual([
        { id: 1, n: 1 },
        { id: 2, n: 0 },
      ]);
    });

    it('rolls back and rethrows what the work throws', async () => {
      const work = async (tx: EntityManager): Promise<void> => {
        await increment(tx, 1);
        throw new ConflictError('taken');
      };

      await expect(db.runner.run(work)).rejects.toThrow(new ConflictError('taken'));
      expect(await counts()).toContainEqual({ id: 1, n: 0 });
    });

    it('names the violated constraint', async () => {
      const error = await db.runner
        .run((tx) => tx.query('INSERT INTO counter VALUES (1, 5)'))
        .catch((thrown: unknown) => thrown);

      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(error, 'counter_pkey')).toBe(true);
      expect(isUniqueViolation(error, 'source_name_key')).toBe(false);
    });

    it('runs the work again after a deadlock', async () => {
      let runs = 0;
      let locked = 0;
      const cross = (first: number, second: number): Promise<void> =>
        db.runner.run(async (tx) => {
          runs++;
          await increment(tx, first);
          locked++;
          await waitUntil(() => locked >= 2);
          await increment(tx, second);
        });

      await Promise.all([cross(1, 2), cross(2, 1)]);

      expect(runs).toBeGreaterThan(2);
      expect(await counts()).toEqual([
        { id: 1, n: 2 },
        { id: 2, n: 2 },
      ]);
    });

    it('runs the work again after a lock race', async () => {
      let isLocked = false;
      let runs = 0;
      const holder = db.runner.run(async (tx) => {
        await increment(tx, 1);
        isLocked = true;
        await waitUntil(() => runs >= 2);
      });
      await waitUntil(() => isLocked);

      await db.runner.run(async (tx) => {
        runs++;
        await tx.query('SELECT FROM counter WHERE id = 1 FOR UPDATE NOWAIT');
      });

      expect(runs).toBeGreaterThanOrEqual(2);
      await holder;
    });

    it('gives up on a race when the time for a request is over', async () => {
      let isLocked = false;
      let isOver = false;
      const holder = db.runner.run(async (tx) => {
        await increment(tx, 1);
        isLocked = true;
        await waitUntil(() => isOver);
      });
      await waitUntil(() => isLocked);
      const work = (tx: EntityManager): Promise<unknown> =>
        tx.query('SELECT FROM counter WHERE id = 1 FOR UPDATE NOWAIT');

      await expect(db.runner.run(work, { statementTimeoutMs: 300 })).rejects.toMatchObject({
        driverError: { code: '55P03' },
      });
      isOver = true;
      await holder;
    });

    it('cancels a statement that exceeds its limit', async () => {
      const startedAt = Date.now();

      const slow = db.runner.run((tx) => tx.query('SELECT pg_sleep(5)'), { statementTimeoutMs: 200 });

      await expect(slow).rejects.toThrow(RequestTimeoutError);
      expect(Date.now() - startedAt).toBeLessThan(2_000);
    });

    it('cancels statements before the time for a request is over, unless told otherwise', async () => {
      const [pooled] = await db.runner.query<{ limit: string }>("SELECT current_setting('statement_timeout') AS limit");
      const longer = await db.runner.run(
        (tx) => tx.query<{ limit: string }[]>("SELECT current_setting('statement_timeout') AS limit"),
        { statementTimeoutMs: 60_000 },
      );

      expect(pooled).toEqual({ limit: '9500ms' });
      expect(longer).toEqual([{ limit: '1min' }]);
    });

    it('queues more work than the pool has connections', async () => {
      await Promise.all(Array.from({ length: 60 }, () => db.runner.run((tx) => increment(tx, 1))));

      expect(await counts()).toContainEqual({ id: 1, n: 60 });
    });

    it('resolves after the listeners of this process have caught up, when it announces', async () => {
      const seen: number[] = [];
      const unsubscribe = db.changeFeed.subscribe(async () => {
        await sleep(50);
        const [row] = await counts();
        seen.push(row!.n);
      });

      await db.runner.run((tx) => increment(tx, 1), { announce: 'here' });

      expect(seen).toEqual([1]);
      unsubscribe();
    });

    it('tells of the commit before anybody catches up with it', async () => {
      const order: string[] = [];
      const onCommitted = async (): Promise<void> => {
        order.push(`committed ${(await counts())[0]?.n}`);
        await sleep(50);
        order.push('let go');
      };
      const spy = vi.spyOn(db.changeFeed, 'announce').mockImplementation(async () => void order.push('announced'));

      await db.runner.run((tx) => increment(tx, 1), { announce: 'here', onCommitted });
      await db.runner.run(() => Promise.reject(new ConflictError('taken')), { onCommitted }).catch(() => undefined);

      expect(order).toEqual(['committed 1', 'let go', 'announced']);
      spy.mockRestore();
    });

    it('announces nothing that was rolled back', async () => {
      const listener = vi.fn(async () => undefined);
      const unsubscribe = db.changeFeed.subscribe(listener);

      const failed = db.runner.run(() => Promise.reject(new ConflictError('taken')), { announce: 'here' });

      await expect(failed).rejects.toThrow('taken');
      expect(listener).not.toHaveBeenCalled();
      unsubscribe();
    });
  });
});
