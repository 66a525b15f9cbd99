import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../test/harness/issuer.js';
import { newServer, newSkill } from './harness/documents.js';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

const FREE = 'io.test/free';
const SECRET = 'io.test/secret';
const ALL = [FREE, SECRET];
const ACME = { org: 'acme', team: 'blue' };
const LOGGED = 'public path over /registry';

/** A server with one entry without claims and one with, in one registry of each kind. */
class PublicServer {
  private constructor(
    readonly server: RunningServer,
    private readonly database: ServerDatabase,
    private readonly root: string | undefined,
  ) {}

  static async start(auth: object, root?: string): Promise<PublicServer> {
    const database = await createServerDatabase();
    const registry = (name: string, access?: 'public') => ({
      name,
      sources: ['mine'],
      access,
      claims: { org: 'acme' },
    });
    const server = await startServer(
      {
        sources: [{ name: 'mine', managed: {}, claims: { org: 'acme' } }],
        registries: [registry('open', 'public'), registry('team'), registry('legacy'), registry('both', 'public')],
        auth: { publicPaths: ['/registry/legacy', '/registry/both'], ...auth },
        database: database.block,
      },
      { env: { THV_REGISTRY_INSECURE_URL: 'true' } },
    );
    const started = new PublicServer(server, database, root);
    await started.arrange();
    return started;
  }

  /** Names in a registry's list, or the status when there is no list. */
  async names(registry: string, token?: string, list = 'servers'): Promise<string[] | number> {
    const path = `/registry/${registry}/v0.1/${list}?limit=100`;
    const { status, json } = await this.server.get(path, token === undefined ? {} : { token });
    return status === 200 ? json.servers.map((item: any) => item.server.name) : status;
  }

  asRoot(method: string, path: string, body?: object) {
    return this.server.request(method, path, { ...(this.root ? { token: this.root } : {}), body });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.database.drop();
  }

  private async arrange(): Promise<void> {
    for (const name of ALL) await this.asRoot('POST', '/v1/entries', { server: newServer(name), claims: ACME });
    await this.asRoot('POST', '/v1/entries', { skill: newSkill('hidden'), claims: ACME });
    const claims = `/v1/entries/server/${encodeURIComponent(FREE)}/claims`;
    const { status, text } = await this.asRoot('PUT', claims, { claims: {} });
    if (status !== 204) throw new Error(`clearing the claims answered ${status}: ${text}`);
  }
}

describe('public registries and public paths', () => {
  let issuer: TestIssuer;
  let blue: string;
  let red: string;
  let root: string;
  let oauth: object;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    [blue, red, root] = await Promise.all([
      issuer.token(ACME),
      issuer.token({ org: 'acme', team: 'red' }),
      issuer.token({ role: 'root' }),
    ]);
    const provider = { name: 'test', issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true };
    oauth = { mode: 'oauth', oauth: { providers: [provider] } };
  });
  afterAll(() => issuer.stop());

  describe('with authorisation', () => {
    let at: PublicServer;

    beforeAll(async () => {
      at = await PublicServer.start({ ...oauth, authz: { roles: { superAdmin: [{ role: 'root' }] } } }, root);
    });
    afterAll(() => at.stop());

    it('a public registry shows everybody the entries without claims, and callers those of their claims too', async () => {
      expect(await at.names('open')).toEqual([FREE]);
      expect(await at.names('open', red)).toEqual([FREE]);
      expect(await at.names('open', blue)).toEqual(ALL);
      expect(await at.names('open', root)).toEqual(ALL);
    });

    it.each([
      ['/registry/open/v0.1/servers/io.test%2Ffree/versions/latest', 200],
      ['/registry/open/v0.1/servers/io.test%2Fsecret/versions/latest', 404],
      ['/registry/open/v0.1/servers/io.test%2Fsecret/versions', 404],
      ['/registry/open/v0.1/x/dev.toolhive/skills', 200],
      ['/registry/open/v0.1/x/dev.toolhive/skills/io.example/hidden', 404],
      ['/registry/open/v0.1/nothing', 401],
      ['/registry/open', 401],
      ['/v1/registries/open', 401],
      ['/v1/registries', 401],
    ])('without a token %s is a %d', async (path, status) => {
      expect((await at.server.get(path)).status).toBe(status);
    });

    it('a token that is sent to a public registry must be good', async () => {
      expect(await at.names('open', 'garbage')).toBe(401);
      const basic = await at.server.get('/registry/open/v0.1/servers', { headers: { authorization: 'Basic x' } });
      expect(basic.status).toBe(401);
      expect(basic.headers['www-authenticate']).toMatch(/^Bearer /);
    });

    it('other registries stay closed', async () => {
      expect([await at.names('team'), await at.names('team', blue)]).toEqual([401, [SECRET]]);
    });

    it('a public path shows entries without claims and looks at no token; the start warns about it', async () => {
      for (const token of [undefined, blue, root, 'garbage']) expect(await at.names('legacy', token)).toEqual([FREE]);
      const warnings = at.server
        .log()
        .split('\n')
        .filter((line) => line.includes(LOGGED));
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toMatch(/"level":"WARN".*"path":"\/registry\/legacy".*access: public/);
    });

    it('the rules of a public registry hold on a public path as well', async () => {
      expect([await at.names('both'), await at.names('both', blue)]).toEqual([[FREE], ALL]);
      expect(await at.names('both', 'garbage')).toBe(401);
    });

    it('access is shown, set over the API, and counts at once', async () => {
      const body = (access?: string) => ({ sources: ['mine'], claims: { org: 'acme' }, access });
      const made = await at.asRoot('PUT', '/v1/registries/made', body('public'));
      expect([made.status, made.json.access]).toEqual([201, 'public']);
      expect(await at.names('made')).toEqual([FREE]);

      expect((await at.asRoot('PUT', '/v1/registries/made', body())).json).not.toHaveProperty('access');
      expect(await at.names('made')).toBe(401);

      expect((await at.asRoot('PUT', '/v1/registries/made', body('open'))).status).toBe(400);
    });
  });

  describe('without authorisation', () => {
    let at: PublicServer;

    beforeAll(async () => {
      at = await PublicServer.start(oauth, root);
    });
    afterAll(() => at.stop());

    it('any valid token sees all, none the entries without claims', async () => {
      expect([await at.names('open'), await at.names('open', red)]).toEqual([[FREE], ALL]);
      expect(await at.names('open', 'garbage')).toBe(401);
    });

    it('a public path shows everything, without a warning but the one about administrators', async () => {
      expect(await at.names('legacy')).toEqual(ALL);
      expect(at.server.log()).not.toContain(LOGGED);
      expect(at.server.log()).toContain('every authenticated caller is an administrator');
    });
  });

  it('in anonymous mode access changes nothing', async () => {
    const at = await PublicServer.start({ mode: 'anonymous' });
    try {
      for (const registry of ['open', 'team', 'legacy']) expect(await at.names(registry, 'garbage')).toEqual(ALL);
    } finally {
      await at.stop();
    }
  });

  it('in anonymous mode with role rules nothing is compared, but publishing needs claims', async () => {
    const at = await PublicServer.start({ mode: 'anonymous', authz: { roles: { superAdmin: [{ role: 'root' }] } } });
    try {
      expect(await at.names('team')).toEqual(ALL);
      expect((await at.asRoot('GET', '/v1/sources')).status).toBe(200);
      const answer = await at.asRoot('POST', '/v1/entries', { server: newServer('io.test/more') });
      expect([answer.status, answer.json]).toEqual([
        400,
        { error: 'claims are required when authorization is enabled' },
      ]);
    } finally {
      await at.stop();
    }
  });

  it('rules and public paths of a changed file count without a restart', async () => {
    const database = await createServerDatabase();
    const configOf = (auth: object) => ({
      sources: [{ name: 'mine', managed: {}, claims: { org: 'acme' } }],
      registries: [{ name: 'team', sources: ['mine'], claims: { org: 'acme' } }],
      auth: { ...oauth, ...auth },
      database: database.block,
    });
    const rules = (role: string) => ({ authz: { roles: { manageSources: [{ role }] } } });
    const server = await startServer(configOf(rules('admin')), { env: { THV_REGISTRY_INSECURE_URL: 'true' } });
    try {
      const token = await issuer.token({ role: 'curator' });
      expect((await server.get('/v1/sources', { token })).status).toBe(403);

      await server.writeConfig(configOf({ ...rules('curator'), publicPaths: ['/v1/registries'] }));
      server.kill('SIGHUP');

      await expect.poll(async () => (await server.get('/v1/sources', { token })).status, { timeout: 15_000 }).toBe(200);
      expect((await server.get('/v1/registries')).status).toBe(200);
    } finally {
      await server.stop();
      await database.drop();
    }
  });
});
