import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OidcProvider } from '../test/harness/oidc-provider.js';
import { newServer, newSkill } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

const CLAIMS = { org: 'acme' };

describe('a registry that fills itself from another one of its kind', () => {
  let provider: OidcProvider;
  let databases: ServerDatabase[];
  let upstream: RunningServer;
  let server: RunningServer;
  let folder: string;
  let token: string;

  const publish = async (entry: Record<string, unknown>) => {
    const { status } = await upstream.request('POST', '/v1/entries', { token, body: { ...entry, claims: CLAIMS } });
    expect(status).toBe(201);
  };
  const remove = async (name: string, version: string) => {
    const path = `/v1/entries/server/${encodeURIComponent(name)}/versions/${version}`;
    expect((await upstream.request('DELETE', path, { token })).status).toBe(204);
  };
  const listed = async () => {
    const servers = (await server.get('/registry/mirror/v0.1/servers')).json.servers;
    const own = servers.filter((item: any) => item.server.name.startsWith('io.acme/'));
    return own.map((item: any) => `${item.server.name.replace('io.acme/', '')}@${item.server.version}`).join(' ');
  };
  const shows = (wanted: string) => eventually(async () => (await listed()) === wanted, `the mirror to show ${wanted}`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'federation-'));
    const clientSecretFile = join(folder, 'secret');
    provider = await OidcProvider.start({ services: { mirror: { org: 'acme', role: 'writer' } } });
    await writeFile(clientSecretFile, 'secret of mirror\n');
    token = await provider.clientCredentials('mirror');
    databases = [await createServerDatabase(), await createServerDatabase()];
    upstream = await startServer(
      {
        sources: [{ name: 'published', managed: {}, claims: CLAIMS }],
        registries: [{ name: 'team', sources: ['published'], claims: CLAIMS }],
        auth: {
          mode: 'oauth',
          oauth: { providers: [provider.configuration()] },
          authz: { roles: { manageEntries: [{ role: 'writer' }] } },
        },
        database: databases[0]!.block,
      },
      { env: { THV_REGISTRY_INSECURE_URL: 'true' } },
    );
    // Changes are asked for where there is more than one page.
    for (let index = 0; index < 100; index++) await publish({ server: newServer(`io.filler/f${index}`) });
    await publish({ server: newServer('io.acme/kept') });
    await publish({ server: newServer('io.acme/short-lived') });
    await publish({ skill: newSkill('skill') });
    const tokenUrl = `${provider.issuer}/token`;
    const oauth2 = { tokenUrl, clientId: 'mirror', clientSecretFile, scopes: ['registry'] };
    server = await startServer({
      sources: [
        {
          name: 'team',
          api: { endpoint: `${upstream.url}/registry/team`, auth: { oauth2 } },
          syncPolicy: { interval: '1s' },
        },
      ],
      registries: [{ name: 'mirror', sources: ['team'] }],
      auth: { mode: 'anonymous' },
      database: databases[1]!.block,
    });
  });
  afterAll(async () => {
    await Promise.all([server.stop(), upstream.stop()]);
    await Promise.all([...databases.map((database) => database.drop()), provider.stop()]);
    await rm(folder, { recursive: true });
  });

  it('authenticates and takes servers and skills', async () => {
    await shows('kept@1.0.0 short-lived@1.0.0');

    const path = '/x/dev.toolhive/skills';
    const mirrored = (await server.get(`/registry/mirror/v0.1${path}`)).json;
    expect(mirrored).toEqual((await upstream.get(`/registry/team/v0.1${path}`, { token })).json);
  });

  it('sees what is published, as a change only', async () => {
    const [before] = await databases[1]!.query("SELECT fetch_state->>'fullAt' AS full_at FROM sync_status");

    await publish({ server: newServer('io.acme/kept', '1.1.0') });
    await shows('kept@1.0.0 kept@1.1.0 short-lived@1.0.0');

    expect(await databases[1]!.query("SELECT fetch_state->>'fullAt' AS full_at FROM sync_status")).toEqual([before]);
  });

  it('sees what is deleted', async () => {
    await remove('io.acme/short-lived', '1.0.0');
    await shows('kept@1.0.0 kept@1.1.0');
  });

  it('sees a skill that is published later', async () => {
    await publish({ skill: newSkill('later') });
    await eventually(async () => {
      const { skills } = (await server.get('/registry/mirror/v0.1/x/dev.toolhive/skills')).json;
      return skills.length === 2;
    }, 'the second skill');
  });
});
