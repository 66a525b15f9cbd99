import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../test/harness/issuer.js';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

/** Each of them is used once, in one place, so that a leak says where it comes from. */
const SECRETS = {
  'the git URL of the configuration file': 'git-file-hunter2',
  'the git URL of a request': 'git-body-hunter2',
  'a git URL that is refused': 'git-bad-hunter2',
  'the upstream URL of a request': 'api-body-hunter2',
  'the git password file': 'git-password-hunter2',
  'the client secret file': 'client-file-hunter2',
  'the client secret of the environment': 'client-env-hunter2',
  'an opaque token': 'opaque-token-hunter2',
};
const ROLE = 'registry_secrets_test';
const PASSWORD = 'database-hunter2';

describe('the secrets of a running server', () => {
  let folder: string;
  let issuer: TestIssuer;
  let database: ServerDatabase;
  let server: RunningServer;
  let token: string;
  const answers: string[] = [];

  const ask = async (method: string, path: string, body?: unknown, as = token): Promise<number> => {
    const { status, text, headers } = await server.request(method, path, {
      token: as,
      ...(body === undefined ? {} : { body }),
    });
    answers.push(JSON.stringify(headers), text);
    return status;
  };
  const gitSource = (password: string, host = '127.0.0.1:1') => ({
    git: { repository: `http://bot:${password}@${host}/r.git`, branch: 'main' },
    syncPolicy: { interval: '1h' },
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
    await writeFile(join(folder, 'git'), SECRETS['the git password file']);
    await writeFile(join(folder, 'client'), SECRETS['the client secret file']);
    [issuer, database] = await Promise.all([TestIssuer.start(), createServerDatabase()]);
    await database.query(`DROP ROLE IF EXISTS ${ROLE}`);
    await database.query(`CREATE ROLE ${ROLE} LOGIN SUPERUSER PASSWORD '${PASSWORD}'`);
    token = await issuer.token({ sub: 'root' });
    const provider = { issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true };
    const introspectionUrl = `${issuer.url}/introspect`;
    server = await startServer(
      {
        sources: [
          { name: 'in-url', ...gitSource(SECRETS['the git URL of the configuration file']) },
          {
            name: 'in-file',
            git: {
              repository: 'http://127.0.0.1:1/r.git',
              branch: 'main',
              auth: { username: 'bot', passwordFile: join(folder, 'git') },
            },
            syncPolicy: { interval: '1h' },
          },
        ],
        registries: [{ name: 'default', sources: ['in-url', 'in-file'] }],
        auth: {
          mode: 'oauth',
          oauth: {
            providers: [
              {
                name: 'by-file',
                ...provider,
                introspectionUrl,
                clientId: 'c',
                clientSecretFile: join(folder, 'client'),
              },
              { name: 'by-environment', ...provider, introspectionUrl, clientId: 'd' },
            ],
          },
        },
        database: { ...database.block, user: ROLE, password: PASSWORD },
        audit: { enabled: true, logFile: join(folder, 'audit.log'), includeRequestData: true, maxDataSize: 65_536 },
        telemetry: { enabled: true, endpoint: '127.0.0.1:1', insecure: true, metrics: { enabled: true } },
      },
      {
        env: {
          LOG_LEVEL: 'debug',
          THV_REGISTRY_INSECURE_URL: 'true',
          TOOLHIVE_OIDC_CLIENT_SECRET: SECRETS['the client secret of the environment'],
        },
      },
    );
    for (const name of ['in-url', 'in-file']) await server.synced(name, 'failed', { token });
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
    await Promise.all([issuer.stop(), rm(folder, { recursive: true, force: true })]);
  });

  it('are in no output, whatever goes wrong', async () => {
    const upstream = `http://bot:${SECRETS['the upstream URL of a request']}@127.0.0.1:1`;
    await ask('PUT', '/v1/sources/git', gitSource(SECRETS['the git URL of a request']));
    await ask('PUT', '/v1/sources/bad', {
      ...gitSource(SECRETS['a git URL that is refused']),
      syncPolicy: { interval: 'x' },
    });
    await ask('PUT', '/v1/sources/api', { api: { endpoint: upstream }, syncPolicy: { interval: '1h' } });
    await server.synced('git', 'failed', { token });
    for (const name of ['in-url', 'in-file', 'git', 'api']) {
      await ask('GET', `/v1/sources/${name}`);
      await ask('POST', `/v1/sources/${name}/sync?dryRun=true`);
      await ask('DELETE', `/v1/sources/${name}`);
    }
    await ask('GET', '/v1/sources');
    expect(await ask('GET', '/v1/sources', undefined, SECRETS['an opaque token'])).toBe(401);
    issuer.introspect = () => {
      throw new Error('broken');
    };
    await ask('GET', '/v1/sources', undefined, token.slice(0, -5));
    await database.query(`ALTER ROLE ${ROLE} PASSWORD 'changed'`);
    await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${ROLE}'`);
    await ask('GET', '/v1/sources');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const metrics = (await server.internal('/metrics')).text;
    await server.stop();

    const places = {
      output: server.log(),
      audit: await readFile(join(folder, 'audit.log'), 'utf8'),
      answers: answers.join('\n'),
      metrics,
    };
    const secrets = { ...SECRETS, 'the database password': PASSWORD, 'a token': token };
    const leaks = Object.entries(secrets).flatMap(([what, secret]) =>
      Object.entries(places)
        .filter(([, text]) =>
          [secret, Buffer.from(`bot:${secret}`).toString('base64')].some((form) => text.includes(form)),
        )
        .map(([place]) => `${what} is in ${place}`),
    );

    expect(leaks).toEqual([]);
    expect(places.audit).toContain('bot:***@');
    expect(places.answers).toContain('bot:***@');
    expect(places.output).toContain('"level":"DEBUG"');
    expect(issuer.requests.some(({ path }) => path === '/introspect')).toBe(true);
  });
});
