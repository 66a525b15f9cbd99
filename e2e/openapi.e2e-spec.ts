import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

const COMMITTED = new URL('../docs/openapi.json', import.meta.url);

describe('the OpenAPI document', () => {
  let database: ServerDatabase;
  let server: RunningServer;
  let document: any;

  beforeAll(async () => {
    database = await createServerDatabase();
    server = await startServer({
      sources: [{ name: 'mine', managed: {} }],
      registries: [{ name: 'default', sources: ['mine'] }],
      auth: { mode: 'anonymous' },
      database: database.block,
    });
    document = (await server.get('/openapi.json')).json;
    // npm run docs:openapi
    if (process.env['UPDATE_DOCS']) await writeFile(COMMITTED, `${JSON.stringify(document, null, 2)}\n`);
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });

  it('is the one in docs/', async () => {
    expect(document).toEqual(JSON.parse(await readFile(COMMITTED, 'utf8')));
  });

  it('describes every operation with a summary, a tag, its parameters and an answer', () => {
    for (const [path, operations] of Object.entries<any>(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const [method, operation] of Object.entries<any>(operations)) {
        const where = `${method} ${path}`;
        const parameters = (operation.parameters ?? []).filter((parameter: any) => parameter.in === 'path');
        expect(operation.summary, where).toBeTruthy();
        expect(operation.tags, where).toHaveLength(1);
        expect(parameters.map((parameter: any) => parameter.name).toSorted(), where).toEqual(names.toSorted());
        expect(
          Object.keys(operation.responses).some((status) => status.startsWith('2')),
          where,
        ).toBe(true);
      }
    }
  });

  it('refers only to schemas that it has', () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty([name as string]);
    }
  });

  it('does not call optional query parameters required', () => {
    const list = document.paths['/registry/{registryName}/v0.1/servers'].get;
    const query = list.parameters.filter((parameter: any) => parameter.in === 'query');

    expect(query.map((parameter: any) => parameter.name)).toEqual(
      expect.arrayContaining([
        'limit',
        'cursor',
        'search',
        'version',
        'updated_since',
        'tag',
        'transport',
        'kind',
        'total',
      ]),
    );
    expect(query.filter((parameter: any) => parameter.required)).toEqual([]);
  });
});
