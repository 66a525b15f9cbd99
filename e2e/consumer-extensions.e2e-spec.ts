import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSkill } from './harness/documents.js';
import {
  createServerDatabase,
  startServer,
  type Answer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const DOCUMENTS = [
  newSkill('first', '1.0.0', { title: 'Pdf Reader' }),
  newSkill('first', '1.9.0'),
  newSkill('first', '1.10.0'),
  newSkill('old', '1.0.0', { status: 'deprecated' }),
  newSkill('older', '2,5', { status: 'archived', description: 'About 100% Spreadsheets' }),
  newSkill('twice'),
  newSkill('twice', '2.0.0', { namespace: 'com.other' }),
];
const ALL = ['first@1.0.0', 'first@1.10.0', 'first@1.9.0', 'old@1.0.0', 'older@2,5', 'twice@1.0.0', 'twice@2.0.0'];

let database: ServerDatabase;
let server: RunningServer;

beforeAll(async () => {
  database = await createServerDatabase();
  server = await startServer({
    sources: [{ name: 'own', managed: {} }],
    registries: [{ name: 'r', sources: ['own'] }],
    auth: { mode: 'anonymous' },
    database: database.block,
  });
  for (const type of ['skill', 'plugin']) {
    for (const document of DOCUMENTS) {
      expect((await server.request('POST', '/v1/entries', { body: { [type]: document } })).status).toBe(201);
    }
  }
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

describe.each(['skills', 'plugins'])('the %s of a registry', (kind) => {
  const base = `/registry/r/v0.1/x/dev.toolhive/${kind}`;
  const pairs = ({ json }: Answer): string[] => json[kind].map((item: any) => `${item.name}@${item.version}`);
  const listed = async (query: string) => pairs(await server.get(`${base}?${query}`));

  it('are listed as bare documents, with or without a trailing slash', async () => {
    for (const path of [base, `${base}/`]) {
      const answer = await server.get(path);
      expect(pairs(answer)).toEqual(ALL);
      expect(answer.json.metadata).toEqual({ count: 7 });
      expect(answer.json[kind][0]).toEqual({
        namespace: 'io.example',
        name: 'first',
        version: '1.0.0',
        title: 'Pdf Reader',
        description: 'The skill first',
        status: 'ACTIVE',
      });
    }
  });

  it.each([1, 2, 6, 7])('can be walked %i at a time', async (limit) => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await server.get(`${base}?limit=${limit}${cursor && `&cursor=%20${cursor}%20`}`);
      seen.push(...pairs(answer));
      cursor = answer.json.metadata.nextCursor ?? '';
    } while (cursor !== '');

    expect(seen).toEqual(ALL);
  });

  it.each<[string, string[]]>([
    ['search=pdf+rEAD', ['first@1.0.0']],
    ['search=%20OLDER%20', ['older@2,5']],
    ['search=%25', ['older@2,5']],
    ['search=com.other', []],
    ['status=deprecated', ['old@1.0.0']],
    ['status=Deprecated,ARCHIVED', ['old@1.0.0', 'older@2,5']],
    ['status=active&search=twice', ['twice@1.0.0', 'twice@2.0.0']],
    ['cursor=%20&limit=2', ['first@1.0.0', 'first@1.10.0']],
    ['version=latest&updated_since=x&namespace=other&total=x&search=twice', ['twice@1.0.0', 'twice@2.0.0']],
  ])('are narrowed by %s', async (query, expected) => {
    expect(await listed(query)).toEqual(expected);
  });

  it.each([
    ['limit=abc', 'invalid limit parameter: must be an integer'],
    ['limit=0', 'invalid limit parameter: must be between 1 and 100'],
    ['limit=101', 'invalid limit parameter: must be between 1 and 100'],
    ['cursor=abc', 'Invalid cursor parameter'],
    ['status=nonsense', 'invalid status parameter'],
  ])('are refused with %s', async (query, error) => {
    const { status, json } = await server.get(`${base}?${query}`);

    expect([status, json]).toEqual([400, { error }]);
  });

  it('are known by namespace and name', async () => {
    const version = async (path: string) => (await server.get(`${base}/${path}`)).json.version;

    expect(await version('io.example/first')).toBe('1.10.0');
    expect(await version('io.example/first/versions/latest')).toBe('1.10.0');
    expect(await version('io.example/first/versions/1.9.0')).toBe('1.9.0');
    expect(await version('io.example/twice')).toBe('1.0.0');
    expect(await version('com.other/twice')).toBe('2.0.0');
  });

  it('have all their versions', async () => {
    const answer = await server.get(`${base}/io.example/first/versions?limit=1`);

    expect(pairs(answer)).toEqual(['first@1.0.0', 'first@1.10.0', 'first@1.9.0']);
    expect(answer.json.metadata).toEqual({ count: 3 });
  });

  it.each([
    'io.example/nope',
    'io.example/nope/versions',
    'other/first',
    'IO.example/first',
    'io.example/first/versions/9.9.9',
    'io.example/first/versions/LATEST',
    'io.example/nope/versions/latest',
  ])('are not found: %s', async (path) => {
    const { status, json } = await server.get(`${base}/${path}`);

    expect([status, json]).toEqual([404, { error: 'not found' }]);
  });

  it.each(['', '/a/b', '/a/b/versions', '/a/b/versions/1'])(
    'are not found in an unknown registry: %s',
    async (tail) => {
      const { status, json } = await server.get(`/registry/nope/v0.1/x/dev.toolhive/${kind}${tail}`);

      expect([status, json]).toEqual([404, { error: 'registry not found' }]);
    },
  );

  it.each([
    ['%20/x', 'namespace cannot be empty'],
    ['a/x%09y/versions', 'name cannot contain whitespace'],
    ['a/b/versions/1%202', 'version cannot contain whitespace'],
    ['a/b/versions/1%00', 'version cannot contain U+0000'],
  ])('are refused under %s', async (path, error) => {
    const { status, json } = await server.get(`${base}/${path}`);

    expect([status, json]).toEqual([400, { error }]);
  });
});
