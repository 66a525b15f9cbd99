import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../test/harness/issuer.js';
import { newDocument, newServer, newSkill } from './harness/documents.js';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

/**
 * The decision table of auth spec 12, every cell of it. Columns: A anonymous; O oauth without authz, any valid token; then
 * with authz: S super-admin, R holder of the needed role, U no role; + claims cover the resource, - they do not.
 */
const COLUMNS = ['A', 'O', 'S', 'R+', 'R-', 'U+', 'U-'] as const;
type Column = (typeof COLUMNS)[number];
type Cells = readonly [unknown, unknown, unknown, unknown, unknown, unknown, unknown];

const ACME = { org: 'acme' };
const ALL_ROLES = ['superAdmin', 'manageSources', 'manageRegistries', 'manageEntries'];
const CLAIMS: Readonly<Record<Column, Record<string, unknown>>> = {
  A: {},
  O: { org: 'contoso' },
  S: { role: 'root' },
  'R+': { ...ACME, role: ['admin', 'writer'] },
  'R-': { org: 'contoso', role: ['admin', 'writer'] },
  'U+': ACME,
  'U-': { org: 'contoso' },
};

const configuration = (auth: object, database: ServerDatabase): Record<string, unknown> => ({
  sources: [{ name: 'internal', managed: {}, claims: ACME }],
  registries: [
    { name: 'main', sources: ['internal'], claims: ACME },
    { name: 'shared', sources: ['internal'], claims: { org: ['acme', 'contoso'] } },
  ],
  auth,
  database: database.block,
});

/** A server, and who asks it: the caller of a column, or one who may do everything. */
class Actor {
  constructor(
    private readonly server: RunningServer,
    private readonly token: string | undefined,
  ) {}

  send(method: string, path: string, body?: object) {
    return this.server.request(method, path, { ...(this.token ? { token: this.token } : {}), body });
  }

  async status(method: string, path: string, body?: object): Promise<number> {
    return (await this.send(method, path, body)).status;
  }

  /** Arranges something and fails when that is not possible. */
  async must(method: string, path: string, body?: object): Promise<void> {
    const { status, text } = await this.send(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  }

  /** `in` or `out` of a list's members, or the status when there is no list. */
  async holds(path: string, name: string): Promise<string | number> {
    const { status, json } = await this.send('GET', path);
    if (status !== 200) return status;
    const members: readonly any[] = json.sources ?? json.registries ?? json.servers ?? json.skills ?? json.entries;
    return members.some((member) => (member.server ?? member).name === name) ? 'in' : 'out';
  }
}

/** Both sides of a cell, and a name that no other cell uses. */
interface Cell {
  readonly caller: Actor;
  readonly owner: Actor;
  readonly name: string;
}

const sourceBody = (name: string) => ({
  file: { data: newDocument([newServer(`io.test/${name}`)]) },
  claims: ACME,
});
const registryBody = { sources: ['internal'], claims: ACME };
const publishBody = (name: string) => ({ server: newServer(`io.test/${name}`), claims: ACME });
const entryPath = (name: string): string => `/v1/entries/server/${encodeURIComponent(`io.test/${name}`)}`;
const serverPath = (registry: string, name: string): string =>
  `/registry/${registry}/v0.1/servers/${encodeURIComponent(`io.test/${name}`)}`;

async function withSource({ owner, name }: Cell): Promise<string> {
  await owner.must('PUT', `/v1/sources/${name}`, sourceBody(name));
  return `/v1/sources/${name}`;
}

async function withRegistry({ owner, name }: Cell): Promise<string> {
  await owner.must('PUT', `/v1/registries/${name}`, registryBody);
  return `/v1/registries/${name}`;
}

async function withEntry({ owner, name }: Cell): Promise<string> {
  await owner.must('POST', '/v1/entries', publishBody(name));
  return name;
}

const get =
  (path: string) =>
  ({ caller }: Cell): Promise<number> =>
    caller.status('GET', path);

const ROWS: readonly (readonly [title: string, observe: (cell: Cell) => Promise<unknown>, cells: Cells])[] = [
  ['GET /openapi.json', get('/openapi.json'), [200, 200, 200, 200, 200, 200, 200]],
  [
    'GET /.well-known/oauth-protected-resource',
    get('/.well-known/oauth-protected-resource'),
    [404, 200, 200, 200, 200, 200, 200],
  ],
  [
    'GET /v1/me',
    async ({ caller }) => {
      const { status, json } = await caller.send('GET', '/v1/me');
      return status === 200 ? json.roles : status;
    },
    [401, ALL_ROLES, ['superAdmin'], ALL_ROLES.slice(1), ALL_ROLES.slice(1), [], []],
  ],
  [
    'GET /v1/sources',
    async (cell) => {
      await withSource(cell);
      return cell.caller.holds('/v1/sources', cell.name);
    },
    ['in', 'in', 'in', 'in', 'out', 403, 403],
  ],
  [
    'GET /v1/sources/{n}',
    async (cell) => cell.caller.status('GET', await withSource(cell)),
    [200, 200, 200, 200, 404, 403, 403],
  ],
  [
    'GET /v1/sources/{n}/entries',
    async (cell) => cell.caller.holds(`${await withSource(cell)}/entries`, `io.test/${cell.name}`),
    ['in', 'in', 'in', 'in', 404, 403, 403],
  ],
  [
    'PUT /v1/sources/{n}, new',
    ({ caller, name }) => caller.status('PUT', `/v1/sources/${name}`, sourceBody(name)),
    [201, 201, 201, 201, 403, 403, 403],
  ],
  [
    'PUT /v1/sources/{n}, made over the API',
    async (cell) => cell.caller.status('PUT', await withSource(cell), sourceBody(cell.name)),
    [200, 200, 200, 200, 403, 403, 403],
  ],
  [
    'DELETE /v1/sources/{n}, made over the API',
    async (cell) => cell.caller.status('DELETE', await withSource(cell)),
    [204, 204, 204, 204, 403, 403, 403],
  ],
  [
    'PUT /v1/sources/{n}, from the file',
    ({ caller }) => caller.status('PUT', '/v1/sources/internal', { managed: {}, claims: ACME }),
    [403, 403, 403, 403, 403, 403, 403],
  ],
  [
    'DELETE /v1/sources/{n}, from the file',
    ({ caller }) => caller.status('DELETE', '/v1/sources/internal'),
    [403, 403, 403, 403, 403, 403, 403],
  ],
  [
    'GET /v1/registries',
    ({ caller }) => caller.holds('/v1/registries', 'main'),
    ['in', 'in', 'in', 'in', 'out', 'in', 'out'],
  ],
  ['GET /v1/registries/{n}', get('/v1/registries/main'), [200, 200, 200, 200, 404, 200, 404]],
  [
    'GET /v1/registries/{n}/entries',
    async (cell) => cell.caller.holds('/v1/registries/main/entries', `io.test/${await withEntry(cell)}`),
    ['in', 'in', 'in', 'in', 404, 403, 403],
  ],
  [
    'PUT /v1/registries/{n}, new',
    ({ caller, name }) => caller.status('PUT', `/v1/registries/${name}`, registryBody),
    [201, 201, 201, 201, 403, 403, 403],
  ],
  [
    'PUT /v1/registries/{n}, made over the API',
    async (cell) => cell.caller.status('PUT', await withRegistry(cell), registryBody),
    [200, 200, 200, 200, 403, 403, 403],
  ],
  [
    'DELETE /v1/registries/{n}, made over the API',
    async (cell) => cell.caller.status('DELETE', await withRegistry(cell)),
    [204, 204, 204, 204, 403, 403, 403],
  ],
  [
    'PUT /v1/registries/{n}, from the file',
    ({ caller }) => caller.status('PUT', '/v1/registries/main', registryBody),
    [403, 403, 403, 403, 403, 403, 403],
  ],
  [
    'DELETE /v1/registries/{n}, from the file',
    ({ caller }) => caller.status('DELETE', '/v1/registries/main'),
    [403, 403, 403, 403, 403, 403, 403],
  ],
  [
    'POST /v1/entries',
    ({ caller, name }) => caller.status('POST', '/v1/entries', publishBody(name)),
    [201, 201, 201, 201, 403, 403, 403],
  ],
  [
    'DELETE /v1/entries/{t}/{n}/versions/{v}',
    async (cell) => cell.caller.status('DELETE', `${entryPath(await withEntry(cell))}/versions/1.0.0`),
    [204, 204, 204, 204, 403, 403, 403],
  ],
  [
    'GET /v1/entries/{t}/{n}/claims',
    async (cell) => cell.caller.status('GET', `${entryPath(await withEntry(cell))}/claims`),
    [200, 200, 200, 200, 403, 403, 403],
  ],
  [
    'PUT /v1/entries/{t}/{n}/claims',
    async (cell) => cell.caller.status('PUT', `${entryPath(await withEntry(cell))}/claims`, { claims: ACME }),
    [204, 204, 204, 204, 403, 403, 403],
  ],
  ...['servers', 'x/dev.toolhive/skills', 'x/dev.toolhive/plugins'].map((list): (typeof ROWS)[number] => [
    `GET /registry/{r}/v0.1/${list}`,
    get(`/registry/main/v0.1/${list}`),
    [200, 200, 200, 200, 403, 200, 403],
  ]),
  [
    'GET /registry/{r}/v0.1/servers/{n}/versions',
    async (cell) => cell.caller.status('GET', `${serverPath('main', await withEntry(cell))}/versions`),
    [200, 200, 200, 200, 403, 200, 403],
  ],
  [
    'GET /registry/{r}/v0.1/x/dev.toolhive/skills/{namespace}/{n}',
    async ({ caller, owner, name }) => {
      await owner.must('POST', '/v1/entries', { skill: newSkill(name), claims: ACME });
      return caller.status('GET', `/registry/main/v0.1/x/dev.toolhive/skills/io.example/${name}`);
    },
    [200, 200, 200, 200, 403, 200, 403],
  ],
  [
    'an entry in the list of a visible registry',
    async (cell) => cell.caller.holds('/registry/shared/v0.1/servers?limit=1000', `io.test/${await withEntry(cell)}`),
    ['in', 'in', 'in', 'in', 'out', 'in', 'out'],
  ],
  [
    'one version of an entry in a visible registry',
    async (cell) => cell.caller.status('GET', `${serverPath('shared', await withEntry(cell))}/versions/1.0.0`),
    [200, 200, 200, 200, 404, 200, 404],
  ],
];

describe('the decision table', () => {
  const databases: ServerDatabase[] = [];
  const servers: RunningServer[] = [];
  const actors = new Map<Column, { caller: Actor; owner: Actor }>();
  const unauthenticated: Actor[] = [];
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    const provider = { name: 'test', issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true };
    const oauth = { mode: 'oauth', oauth: { resourceUrl: 'https://registry.example', providers: [provider] } };
    const authz = {
      roles: {
        superAdmin: [{ role: 'root' }],
        manageSources: [{ role: 'admin' }],
        manageRegistries: [{ role: 'admin' }],
        manageEntries: [{ role: 'writer' }],
      },
    };
    const start = async (auth: object): Promise<RunningServer> => {
      const database = await createServerDatabase();
      databases.push(database);
      const server = await startServer(configuration(auth, database), { env: { THV_REGISTRY_INSECURE_URL: 'true' } });
      servers.push(server);
      return server;
    };
    const anonymous = await start({ mode: 'anonymous' });
    const authenticated = await start(oauth);
    const authorized = await start({ ...oauth, authz });
    for (const column of COLUMNS) {
      const server = column === 'A' ? anonymous : column === 'O' ? authenticated : authorized;
      const tokenOf = (who: Column) => (column === 'A' ? undefined : issuer.token(CLAIMS[who]));
      const caller = new Actor(server, await tokenOf(column));
      actors.set(column, { caller, owner: new Actor(server, await tokenOf('S')) });
    }
    const expired = await issuer.token({ role: 'root', exp: 1_000_000_000 });
    for (const server of [authenticated, authorized]) {
      unauthenticated.push(new Actor(server, undefined), new Actor(server, expired));
    }
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all([...databases.map((database) => database.drop()), issuer.stop()]);
  });

  const cells = ROWS.flatMap(([title, observe, expected]) =>
    COLUMNS.map((column, index) => ({ title, column, observe, expected: expected[index] })),
  );

  it.each(cells)('$title, $column: $expected', async ({ column, observe, expected }) => {
    const actor = actors.get(column);
    if (!actor) throw new Error('no such column');

    expect(await observe({ ...actor, name: `n${randomBytes(6).toString('hex')}` })).toEqual(expected);
  });

  it.each([
    ['GET', '/v1/me'],
    ['GET', '/v1/sources'],
    ['GET', '/v1/sources/internal'],
    ['GET', '/v1/sources/internal/entries'],
    ['PUT', '/v1/sources/x'],
    ['DELETE', '/v1/sources/internal'],
    ['GET', '/v1/registries'],
    ['GET', '/v1/registries/main'],
    ['GET', '/v1/registries/main/entries'],
    ['PUT', '/v1/registries/x'],
    ['DELETE', '/v1/registries/main'],
    ['POST', '/v1/entries'],
    ['DELETE', '/v1/entries/server/x/versions/1'],
    ['GET', '/v1/entries/server/x/claims'],
    ['PUT', '/v1/entries/server/x/claims'],
    ['GET', '/registry/main/v0.1/servers'],
    ['GET', '/registry/main/v0.1/servers/x/versions'],
    ['GET', '/registry/main/v0.1/servers/x/versions/1'],
    ['GET', '/registry/main/v0.1/x/dev.toolhive/skills'],
    ['GET', '/registry/main/v0.1/x/dev.toolhive/plugins'],
    ['GET', '/nothing/here'],
  ])('without a valid token %s %s is a 401 whatever the posture', async (method, path) => {
    const statuses = await Promise.all(unauthenticated.map((actor) => actor.status(method, path)));

    expect(statuses).toEqual([401, 401, 401, 401]);
  });

  it.each(['/openapi.json', '/.well-known/oauth-protected-resource', '/registry/main/openapi.yaml', '/docs'])(
    'without a valid token %s is answered',
    async (path) => {
      const statuses = await Promise.all(unauthenticated.map((actor) => actor.status('GET', path)));

      expect(statuses).toEqual([200, 200, 200, 200]);
    },
  );
});
