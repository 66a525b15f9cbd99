import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newServer } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const ENTRY = '/v1/entries/server/io.example%2Fa';

describe('a database that is there, and fails', () => {
  let database: ServerDatabase;
  let server: RunningServer;

  beforeAll(async () => {
    database = await createServerDatabase();
    server = await startServer({
      sources: [{ name: 'mine', managed: {} }],
      registries: [{ name: 'default', sources: ['mine'] }],
      auth: { mode: 'anonymous' },
      database: database.block,
    });
    const tables = await database.query(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    await database.query(`DROP TABLE ${tables.map(({ name }) => String(name)).join(', ')} CASCADE`);
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  it.each([
    ['GET', '/v1/sources', undefined, 'failed to list sources'],
    ['GET', '/v1/sources/mine', undefined, 'internal server error'],
    ['GET', '/v1/registries', undefined, 'failed to list registries'],
    ['GET', '/v1/registries/default', undefined, 'internal server error'],
    ['PUT', '/v1/registries/default', { sources: ['mine'] }, 'internal server error'],
    ['POST', '/v1/entries', { server: newServer('io.example/a') }, 'failed to publish entry'],
    ['DELETE', `${ENTRY}/versions/1.0.0`, undefined, 'failed to delete entry'],
    ['GET', `${ENTRY}/claims`, undefined, 'failed to get entry claims'],
    ['PUT', `${ENTRY}/claims`, { claims: {} }, 'failed to update entry claims'],
  ])('answers %s %s with 500 and nothing about the database', async (method, path, body, message) => {
    const answer = await server.request(method, path, body ? { body } : {});

    expect([answer.status, answer.json]).toEqual([500, { error: message }]);
  });

  it('tells the log what failed', async () => {
    const id = 'told-to-the-log';
    await server.request('GET', '/v1/sources', { headers: { 'x-request-id': id } });

    const line = await eventually(
      () =>
        Promise.resolve(
          server
            .log()
            .split('\n')
            .find((text) => text.includes(id) && text.includes('request failed')),
        ),
      'the line of the failure',
    );

    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'ERROR', request_id: id });
    expect(line).toContain('does not exist');
  });
});
