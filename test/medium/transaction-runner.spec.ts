import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';

describe('TransactionRunner', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  it('gives bigint columns as numbers', async () => {
    const rows = await db.runner.query<{ n: number }>('SELECT 42::bigint AS n');

    expect(rows).toEqual([{ n: 42 }]);
  });
});
