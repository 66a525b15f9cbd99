import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OidcProvider } from '../test/harness/oidc-provider.js';
import { newDocument, newServer } from './harness/documents.js';
import {
  createServerDatabase,
  startServer,
  type Answer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

// One story in order: each chapter begins where the one before ended.
const PEOPLE = {
  root: { org: 'acme', groups: ['registry-admins'] },
  pia: { org: 'acme', team: 'platform', realm_access: { roles: ['writer'] } },
  dan: { org: 'acme', team: 'data', realm_access: { roles: ['writer'] } },
  lea: { org: 'acme', team: ['platform', 'data'], realm_access: { roles: ['writer'] } },
  oz: { org: 'contoso', team: 'platform', realm_access: { roles: ['writer'] } },
};
const SERVICES = { ci: { org: 'acme', team: 'platform', realm_access: { roles: ['writer'] } } };
type Login = keyof typeof PEOPLE | keyof typeof SERVICES;

const TOOL = 'io.acme/deploy-helper';
const PLATFORM = { org: 'acme', team: 'platform' };
const DATA = { org: 'acme', team: 'data' };

describe('a company of two teams', () => {
  let provider: OidcProvider;
  let database: ServerDatabase;
  let server: RunningServer;
  let config: Record<string, unknown>;
  let folder: string;
  const tokens = new Map<Login, string>();

  const signInAll = async (): Promise<void> => {
    for (const login of Object.keys(PEOPLE) as (keyof typeof PEOPLE)[]) tokens.set(login, await provider.signIn(login));
    tokens.set('ci', await provider.clientCredentials('ci'));
  };
  const as = (login: Login, method: string, path: string, body?: object): Promise<Answer> =>
    server.request(method, path, { token: tokens.get(login) ?? '', body });
  const publish = async (login: Login, name: string, claims: object, version = '1.0.0'): Promise<number> =>
    (await as(login, 'POST', '/v1/entries', { server: newServer(name, version), claims })).status;
  const setClaims = async (login: Login, name: string, claims: object): Promise<number> =>
    (await as(login, 'PUT', `/v1/entries/server/${encodeURIComponent(name)}/claims`, { claims })).status;
  const namesFor = async (login: Login, registry = 'company'): Promise<string[] | number> => {
    const { status, json } = await as(login, 'GET', `/registry/${registry}/v0.1/servers?version=latest`);
    return status === 200
      ? json.servers.map(({ server: { name, version } }: { server: Record<string, string> }) => `${name}@${version}`)
      : status;
  };
  const latestFor = async (login: Login, name = TOOL): Promise<unknown> => {
    const path = `/registry/company/v0.1/servers/${encodeURIComponent(name)}/versions/latest`;
    const { status, json } = await as(login, 'GET', path);
    return status === 200 ? json.server.version : status;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'company-'));
    const cataloguePath = join(folder, 'catalogue.json');
    await writeFile(cataloguePath, newDocument([newServer('io.acme/shared-tool')]));
    [provider, database] = await Promise.all([
      OidcProvider.start({ people: PEOPLE, services: SERVICES }),
      createServerDatabase(),
    ]);
    config = {
      sources: [
        { name: 'published', managed: {}, claims: { org: 'acme' } },
        {
          name: 'catalogue',
          file: { path: cataloguePath },
          syncPolicy: { interval: '1h' },
          claims: { org: 'acme' },
        },
      ],
      registries: [
        { name: 'company', sources: ['published', 'catalogue'], claims: { org: 'acme' } },
        { name: 'platform', sources: ['published'], claims: PLATFORM },
      ],
      auth: {
        mode: 'oauth',
        oauth: { providers: [provider.configuration({ claimMappings: { role: 'realm_access.roles' } })] },
        authz: { roles: { superAdmin: [{ groups: 'registry-admins' }], manageEntries: [{ role: 'writer' }] } },
      },
      database: database.block,
    };
    server = await startServer(config, { env: { THV_REGISTRY_INSECURE_URL: 'true' } });
    await signInAll();
    await server.synced('catalogue', 'complete', { token: tokens.get('root') ?? '' });
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([database.drop(), provider.stop(), rm(folder, { recursive: true })]);
  });

  it('knows its people and services by their tokens', async () => {
    expect((await as('root', 'GET', '/v1/me')).json).toEqual({ subject: 'root', roles: ['superAdmin'] });
    expect((await as('pia', 'GET', '/v1/me')).json).toEqual({ subject: 'pia', roles: ['manageEntries'] });
    expect((await as('ci', 'GET', '/v1/me')).json).toEqual({ subject: 'ci', roles: ['manageEntries'] });
  });

  it('shows the shared catalogue to both teams, and the registry of one team to that team', async () => {
    for (const login of ['pia', 'dan', 'lea', 'ci'] as const) {
      expect(await namesFor(login)).toEqual(['io.acme/shared-tool@1.0.0']);
    }
    expect([await namesFor('pia', 'platform'), await namesFor('dan', 'platform')]).toEqual([[], 403]);
    expect(await namesFor('oz')).toBe(403);
  });

  it('publishes for one team, hidden from the other', async () => {
    expect(await publish('ci', TOOL, PLATFORM)).toBe(201);
    expect(await publish('pia', TOOL, PLATFORM, '1.1.0')).toBe(201);

    expect(await namesFor('pia')).toEqual([`${TOOL}@1.1.0`, 'io.acme/shared-tool@1.0.0']);
    expect(await namesFor('dan')).toEqual(['io.acme/shared-tool@1.0.0']);
    expect([await latestFor('pia'), await latestFor('dan'), await latestFor('oz')]).toEqual(['1.1.0', 404, 403]);
  });

  it('lets nobody publish for a team of others, nor on a name of others', async () => {
    expect(await publish('dan', 'io.acme/intruder', PLATFORM)).toBe(403);
    expect(await publish('oz', 'io.acme/intruder', { org: 'contoso' })).toBe(403);
    expect(await publish('dan', TOOL, DATA, '9.0.0')).toBe(409);
    expect(await setClaims('dan', TOOL, DATA)).toBe(403);
    expect((await as('dan', 'DELETE', `/v1/entries/server/${encodeURIComponent(TOOL)}/versions/1.1.0`)).status).toBe(
      403,
    );

    expect(await latestFor('pia')).toBe('1.1.0');
  });

  it('shares with the other team through a person of both', async () => {
    const both = { org: 'acme', team: ['platform', 'data'] };
    expect(await setClaims('pia', TOOL, both)).toBe(403);
    expect(await setClaims('lea', TOOL, both)).toBe(204);

    expect([await latestFor('pia'), await latestFor('dan')]).toEqual(['1.1.0', '1.1.0']);
    expect(await publish('pia', TOOL, PLATFORM, '2.0.0')).toBe(409);
    expect(await publish('lea', TOOL, { team: ['data', 'platform'], org: ['acme'] }, '2.0.0')).toBe(201);
    expect(await latestFor('dan')).toBe('2.0.0');
  });

  it('promotes it to the whole company, and takes it out of sight', async () => {
    expect(await setClaims('root', TOOL, { org: 'acme' })).toBe(204);
    expect([await latestFor('pia'), await latestFor('dan')]).toEqual(['2.0.0', '2.0.0']);

    expect(await publish('dan', 'io.acme/draft', DATA)).toBe(201);
    expect(await setClaims('root', 'io.acme/draft', {})).toBe(204);
    expect(await latestFor('dan', 'io.acme/draft')).toBe(404);
    expect(await latestFor('root', 'io.acme/draft')).toBe('1.0.0');
  });

  it('has forgotten nothing after a restart', async () => {
    expect(await publish('dan', 'io.acme/pipeline', DATA)).toBe(201);
    const lists = () => Promise.all((['root', 'pia', 'dan', 'lea'] as const).map((login) => namesFor(login)));
    const before = await lists();

    await server.stop();
    server = await startServer(config, { env: { THV_REGISTRY_INSECURE_URL: 'true' } });

    expect(await lists()).toEqual(before);
    expect(before).toEqual([
      [`${TOOL}@2.0.0`, 'io.acme/draft@1.0.0', 'io.acme/pipeline@1.0.0', 'io.acme/shared-tool@1.0.0'],
      [`${TOOL}@2.0.0`, 'io.acme/shared-tool@1.0.0'],
      [`${TOOL}@2.0.0`, 'io.acme/pipeline@1.0.0', 'io.acme/shared-tool@1.0.0'],
      [`${TOOL}@2.0.0`, 'io.acme/pipeline@1.0.0', 'io.acme/shared-tool@1.0.0'],
    ]);
  });

  it("follows the provider's new keys, and refuses what the old ones have signed", async () => {
    const old = tokens.get('pia') ?? '';
    provider.rotateKeys();
    await signInAll();

    expect(await latestFor('pia')).toBe('2.0.0');
    expect((await server.get('/v1/me', { token: old })).status).toBe(401);
    expect(server.log()).not.toContain(old.split('.')[2]);
  });
});
