import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../test/harness/issuer.js';
import { newServer, newSkill } from './harness/documents.js';
import {
  createServerDatabase,
  startServer,
  type Answer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const TENANTS = ['acme', 'contoso'] as const;
type Tenant = (typeof TENANTS)[number];

const ENTRIES = 6;
const ROUNDS = 40;
const LIST = '/registry/main/v0.1/servers';
const SHARED = encodeURIComponent('io.test/shared');

/** Everything a tenant may ask for; both ask for the same. */
const PATHS = [
  LIST,
  `${LIST}?limit=2`,
  `${LIST}?limit=2&version=latest`,
  `${LIST}?search=tool`,
  `${LIST}?total=true&limit=3`,
  `${LIST}/${SHARED}/versions`,
  '/registry/main/v0.1/x/dev.toolhive/skills',
  '/registry/main/v0.1/x/dev.toolhive/skills?limit=1',
];

const otherOf = (tenant: Tenant): Tenant => (tenant === 'acme' ? 'contoso' : 'acme');
const textOf = ({ headers, bytes }: Answer): string =>
  (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();

describe('two tenants who ask for the same pages', () => {
  let issuer: TestIssuer;
  let database: ServerDatabase;
  let server: RunningServer;
  let root: string;
  /** Several tokens each: what is cached must not hang on the token, nor be mixed up between those who hold them. */
  const tokens = new Map<Tenant, string[]>();

  const publish = async (tenant: Tenant, body: object): Promise<void> => {
    const { status, text } = await server.request('POST', '/v1/entries', {
      token: root,
      body: { ...body, claims: { org: tenant } },
    });
    if (status !== 201) throw new Error(`publishing answered ${status}: ${text}`);
  };
  const marked = (tenant: Tenant) => ({ description: `A tool of ${tenant}` });

  beforeAll(async () => {
    [issuer, database] = await Promise.all([TestIssuer.start(), createServerDatabase()]);
    const provider = { name: 'test', issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true };
    server = await startServer(
      {
        sources: [{ name: 'internal', managed: {}, claims: { org: [...TENANTS] } }],
        registries: [{ name: 'main', sources: ['internal'], claims: { org: [...TENANTS] } }],
        auth: {
          mode: 'oauth',
          oauth: { providers: [provider] },
          authz: { roles: { superAdmin: [{ role: 'root' }] } },
        },
        database: database.block,
      },
      { env: { THV_REGISTRY_INSECURE_URL: 'true', THV_REGISTRY_COMPRESS_RESPONSE: 'true' } },
    );
    root = await issuer.token({ role: 'root' });
    for (const tenant of TENANTS) {
      const own = Array.from({ length: 3 }, (_, n) => issuer.token({ sub: `${tenant}-${n}`, org: tenant }));
      tokens.set(tenant, await Promise.all(own));
      for (let n = 0; n < ENTRIES; n++) {
        await publish(tenant, { server: newServer(`io.test/tool-${n}-${tenant}`, '1.0.0', marked(tenant)) });
        await publish(tenant, { skill: newSkill(`skill-${n}-${tenant}`, '1.0.0', marked(tenant)) });
      }
    }
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([database.drop(), issuer.stop()]);
  });

  const ask = (tenant: Tenant, n: number, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    server.get(path, { token: tokens.get(tenant)?.[n % 3] ?? '', headers });

  it("never get each other's bytes, hammering them compressed and plain while entries come and go", async () => {
    const seen = new Map<Tenant, Map<string, string>>(TENANTS.map((tenant) => [tenant, new Map()]));
    const trespasses: string[] = [];
    const hammer = async (tenant: Tenant, n: number): Promise<void> => {
      for (const path of PATHS) {
        const tag = seen.get(otherOf(tenant))?.get(path);
        const coding: Record<string, string> = n % 2 === 0 ? { 'accept-encoding': 'gzip' } : {};
        const condition: Record<string, string> = n % 3 === 0 && tag ? { 'if-none-match': tag } : {};
        const answer = await ask(tenant, n, path, { ...coding, ...condition });
        if (answer.status !== 200 && answer.status !== 404) trespasses.push(`${tenant} ${path}: ${answer.status}`);
        if (textOf(answer).includes(otherOf(tenant))) trespasses.push(`${tenant} ${path}: ${textOf(answer)}`);
        if (answer.headers.etag) seen.get(tenant)?.set(path, answer.headers.etag);
      }
    };
    const churn = async (): Promise<void> => {
      for (let n = 0; n < ROUNDS; n++) {
        const tenant = TENANTS[n % 2] ?? 'acme';
        await publish(tenant, { server: newServer('io.test/shared', `1.0.${n}`, marked(tenant)) });
        const path = `/v1/entries/server/${SHARED}/versions/1.0.${n}`;
        await server.request('DELETE', path, { token: root });
      }
    };

    await Promise.all([
      churn(),
      ...TENANTS.flatMap((tenant) =>
        Array.from({ length: 3 }, async (_, worker) => {
          for (let n = 0; n < ROUNDS; n++) await hammer(tenant, n + worker);
        }),
      ),
    ]);

    expect(trespasses).toEqual([]);
  });

  it('share no validator, and one page among the tokens of one tenant', async () => {
    for (const path of PATHS.filter((each) => !each.includes(SHARED))) {
      const [mine, again, theirs] = await Promise.all([
        ask('acme', 0, path),
        ask('acme', 1, path),
        ask('contoso', 0, path),
      ]);
      const { etag = '' } = mine.headers;

      expect(again.headers.etag).toBe(etag);
      expect(again.text).toBe(mine.text);
      expect(theirs.headers.etag).not.toBe(etag);
      expect((await ask('acme', 2, path, { 'if-none-match': etag })).status).toBe(304);
      expect((await ask('contoso', 2, path, { 'if-none-match': etag })).status).toBe(200);
      expect(mine.headers.vary).toMatch(/Authorization/);
      expect(mine.headers['cache-control']).toBe('private, no-cache');
    }
  });

  it('lose their validator when claims change', async () => {
    const path = `${LIST}?limit=1`;
    const { etag = '' } = (await ask('acme', 0, path)).headers;

    const claims = `/v1/entries/server/${encodeURIComponent('io.test/tool-0-acme')}/claims`;
    await server.request('PUT', claims, { token: root, body: { claims: { org: 'contoso' } } });

    const answer = await ask('acme', 0, path, { 'if-none-match': etag });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('tool-0-acme');
  });

  it('walk pages of any size with cursors that give nobody more', async () => {
    const walk = async (tenant: Tenant, limit: number, cursorOf = tenant): Promise<string[]> => {
      const names: string[] = [];
      let cursor = '';
      do {
        const query = `?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
        const { json } = await ask(tenant, 0, LIST + query);
        for (const { server: document } of json.servers) names.push(document.name);
        cursor = json.metadata.nextCursor ?? '';
        if (cursor && cursorOf !== tenant)
          cursor = (await ask(cursorOf, 0, LIST + query)).json.metadata.nextCursor ?? '';
      } while (cursor && names.length < 100);
      return names;
    };

    const all = await walk('contoso', 100);
    for (const limit of [1, 2, 5]) expect(await walk('contoso', limit)).toEqual(all);
    for (const name of await walk('contoso', 2, 'acme')) expect(all).toContain(name);
  });
});
