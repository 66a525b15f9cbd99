import { availableParallelism } from 'node:os';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inDatabase, inProvider, inSource, loadTestConfig } from '../../../test/harness/test-config.js';

describe('gives', () => {
  it('the defaults', () => {
    const config = loadTestConfig();

    expect(config).toEqual({
      sources: [
        { name: 'local', settings: { kind: 'file', file: { path: 'registry.json' } }, intervalMicroseconds: 3_600e6 },
      ],
      registries: [{ name: 'default', sources: ['local'], access: 'private' }],
      auth: { mode: 'anonymous', publicPaths: [] },
      database: {
        host: 'db.example.com',
        port: 5432,
        user: 'u',
        database: 'd',
        sslMode: 'require',
        maxOpenConns: Math.max(4, availableParallelism()),
        maxIdleConns: 0,
        connMaxLifetimeMs: 3_600_000,
        maxMetaSize: 262_144,
        retentionMs: 2_592_000_000,
      },
      audit: {
        enabled: false,
        eventTypes: [],
        excludeEventTypes: [],
        includeRequestData: false,
        maxDataSize: 1024,
        onFailure: 'continue',
      },
      telemetry: {
        enabled: false,
        serviceName: 'thv-registry-api',
        serviceVersion: 'unknown',
        endpoint: 'localhost:4318',
        insecure: false,
        tracing: { enabled: false, sampling: 0.05 },
        metrics: { enabled: false },
      },
      catalog: { pageCacheBytes: 67_108_864 },
      environment: {
        address: undefined,
        internalAddress: undefined,
        insecureUrl: false,
        compressResponse: false,
        allowLocalSources: false,
        watchNamespaces: [],
        leaderElectionId: 'toolhive-registry-server-leader-election',
      },
    });
  });

  it('everything that a full file says', () => {
    const config = loadTestConfig((c) => {
      c.sources = [
        {
          name: 'g',
          format: 'toolhive',
          git: {
            repository: 'https://e.com/r.git',
            tag: 'v1',
            path: 'a.json',
            auth: { username: 'u', passwordFile: import.meta.filename },
          },
          syncPolicy: { interval: '90s', onInvalidEntry: 'skip' },
          filter: { names: { include: ['a*'], exclude: [] }, tags: { exclude: ['x'] } },
        },
        {
          name: 'a',
          api: {
            endpoint: 'https://e.com',
            timeout: '5s',
            passTimeout: '1h',
            maxServers: 7,
            fullSyncInterval: '2h',
            auth: {
              oauth2: {
                tokenUrl: 'https://e.com/t',
                clientId: 'c',
                clientSecretFile: '/s',
                scopes: ['s'],
                audience: 'x',
              },
            },
          },
          syncPolicy: { interval: '1m' },
        },
        { name: 'f', file: { url: 'https://e.com/r.json', timeout: '3s' }, syncPolicy: { interval: '1m' } },
        { name: 'm', managed: {}, claims: { org: 'acme' } },
        { name: 'k', kubernetes: { namespaces: 'x,y' }, syncPolicy: { interval: '1m' } },
      ];
      c.registries = [{ name: 'r', sources: ['g', 'a', 'g'], access: 'public', claims: { org: ['acme'] } }];
      c.auth = {
        mode: 'oauth',
        publicPaths: ['/registry'],
        oauth: {
          resourceUrl: 'https://r.example.com',
          realm: 'mine',
          swaggerClientId: 'ui',
          providers: [
            {
              name: 'p',
              issuerUrl: 'https://i.example.com',
              audience: 'a',
              jwksUrl: 'https://i.example.com/keys',
              introspectionUrl: 'https://i.example.com/introspect',
              clientId: 'c',
              clientSecretFile: '/s',
              caCertPath: '/ca',
              authTokenFile: '/t',
              allowPrivateIP: true,
              clockSkew: '1m30s',
              claimMappings: { roles: 'realm_access.roles', groups: ['https://example.com/groups'] },
            },
          ],
        },
      };
    });

    expect(config.sources).toEqual([
      {
        name: 'g',
        settings: {
          kind: 'git',
          git: {
            repository: 'https://e.com/r.git',
            tag: 'v1',
            path: 'a.json',
            auth: { username: 'u', passwordFile: import.meta.filename },
          },
        },
        format: 'toolhive',
        intervalMicroseconds: 90e6,
        filter: { names: { include: ['a*'] }, tags: { exclude: ['x'] } },
        onInvalidEntry: 'skip',
      },
      {
        name: 'a',
        settings: {
          kind: 'api',
          api: {
            endpoint: 'https://e.com',
            timeout: '5s',
            passTimeout: '1h',
            maxServers: 7,
            fullSyncInterval: '2h',
            auth: {
              oauth2: {
                tokenUrl: 'https://e.com/t',
                clientId: 'c',
                clientSecretFile: '/s',
                scopes: ['s'],
                audience: 'x',
              },
            },
          },
        },
        intervalMicroseconds: 60e6,
      },
      {
        name: 'f',
        settings: { kind: 'file', file: { url: 'https://e.com/r.json', timeout: '3s' } },
        intervalMicroseconds: 60e6,
      },
      { name: 'm', settings: { kind: 'managed', managed: {} }, claims: { org: 'acme' } },
      { name: 'k', settings: { kind: 'kubernetes', kubernetes: { namespaces: ['x', 'y'] } } },
    ]);
    expect(config.registries).toEqual([
      { name: 'r', sources: ['g', 'a'], access: 'public', claims: { org: ['acme'] } },
    ]);
    expect(config.auth).toEqual({
      mode: 'oauth',
      publicPaths: ['/registry'],
      oauth: {
        resourceUrl: 'https://r.example.com',
        realm: 'mine',
        swaggerClientId: 'ui',
        providers: [
          {
            name: 'p',
            issuerUrl: 'https://i.example.com',
            audience: 'a',
            jwksUrl: 'https://i.example.com/keys',
            introspectionUrl: 'https://i.example.com/introspect',
            clientId: 'c',
            clientSecretFile: '/s',
            caCertPath: '/ca',
            authTokenFile: '/t',
            allowPrivateIp: true,
            clockSkewMs: 90_000,
            claimMappings: { roles: ['realm_access', 'roles'], groups: ['https://example.com/groups'] },
          },
        ],
      },
    });
  });

  it('oauth for an auth block without a mode', () => {
    expect(loadTestConfig((c) => (inProvider({})(c), void delete c.auth!['mode'])).auth.mode).toBe('oauth');
  });

  it('the embedded database with its folder', () => {
    const config = loadTestConfig(
      (c) => void (c.database = { embedded: true, maxIdleConns: -3, maxOpenConns: 0, connMaxLifetime: '0s' }),
    );

    expect(config.database).toMatchObject({
      embedded: { dataDir: './data/postgres' },
      host: '',
      maxIdleConns: 0,
      maxOpenConns: Math.max(4, availableParallelism()),
      connMaxLifetimeMs: 3_600_000,
    });
  });

  it('secrets that cannot be shown', () => {
    const config = loadTestConfig(
      inDatabase({ password: 'hunter2', migrationPassword: 'hunter3', migrationUser: 'm' }),
    );

    expect(config.database.password?.reveal()).toBe('hunter2');
    expect(config.database.migrationPassword?.reveal()).toBe('hunter3');
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toMatch(/hunter/);
  });

  it('an object that is frozen through and through', () => {
    const config = loadTestConfig(inSource({ claims: { team: ['a'] } }));

    expect(() => Object.assign(config.sources[0]!.settings, { kind: 'managed' })).toThrow(TypeError);
    expect(() => (config.sources[0]!.claims!['team'] as string[]).push('b')).toThrow(TypeError);
  });
});
