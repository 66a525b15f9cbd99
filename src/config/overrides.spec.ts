import { describe, expect, it } from 'vitest';
import { inDatabase, inProvider, loadFailure, loadTestConfig, type Change } from '../../test/harness/test-config.js';

describe('the environment', () => {
  const unset = (key: string): Change => inDatabase({ [key]: undefined });

  it.each<[string, Change | undefined, Record<string, string>]>([
    ['replaces a value of the file', inDatabase({ port: 1 }), { THV_REGISTRY_DATABASE_PORT: '6000' }],
    ['fills a key that is empty', inDatabase({ port: '' }), { THV_REGISTRY_DATABASE_PORT: '6000' }],
    ['fills a key that is null', inDatabase({ port: null }), { THV_REGISTRY_DATABASE_PORT: '6000' }],
    ['supplies a key that the file lacks', unset('port'), { THV_REGISTRY_DATABASE_PORT: '6000' }],
    [
      'supplies a block that the file lacks',
      (c) => ({ ...c, database: undefined }),
      {
        THV_REGISTRY_DATABASE_HOST: 'h',
        THV_REGISTRY_DATABASE_PORT: '6000',
        THV_REGISTRY_DATABASE_USER: 'u',
        THV_REGISTRY_DATABASE_DATABASE: 'd',
      },
    ],
  ])('%s', (_name, change, environment) => {
    expect(loadTestConfig(change, { environment }).database.port).toBe(6000);
  });

  it('names camel-case keys in one word and supplies nested keys', () => {
    const config = loadTestConfig(undefined, {
      environment: {
        THV_REGISTRY_DATABASE_SSLMODE: 'disable',
        THV_REGISTRY_TELEMETRY_TRACING_SAMPLING: '0.25',
        THV_REGISTRY_DATABASE_DYNAMICAUTH_AWSRDSIAM_REGION: 'eu-west-1',
      },
    });

    expect(config.database.sslMode).toBe('disable');
    expect(config.database.awsRdsIam).toEqual({ region: 'eu-west-1' });
    expect(config.telemetry.tracing.sampling).toBe(0.25);
  });

  it('sets lists of texts, separated by commas', () => {
    const environment = { THV_REGISTRY_AUTH_PUBLICPATHS: '/a,/b' };

    expect(loadTestConfig(undefined, { environment }).auth.publicPaths).toEqual(['/a', '/b']);
  });

  it('changes nothing where a variable is empty or in lower case', () => {
    const environment = {
      THV_REGISTRY_DATABASE_PORT: '',
      thv_registry_database_host: 'x',
      THV_REGISTRY_AUTH_MODE: '',
    };

    const config = loadTestConfig(undefined, { environment });

    expect(config.database).toMatchObject({ port: 5432, host: 'db.example.com' });
  });

  it('repairs an invalid mode', () => {
    const environment = { THV_REGISTRY_AUTH_MODE: 'anonymous' };

    expect(loadTestConfig((c) => void (c.auth!['mode'] = 'basic'), { environment }).auth.mode).toBe('anonymous');
  });

  it.each<[string, Change | undefined, Record<string, string>, string]>([
    [
      'a value of the wrong type, naming the variable',
      undefined,
      { THV_REGISTRY_DATABASE_PORT: 'abc' },
      'database.port (from THV_REGISTRY_DATABASE_PORT): expected a whole number, got "abc"',
    ],
    [
      'a value that does not pass the checks',
      undefined,
      { THV_REGISTRY_DATABASE_MAXMETASIZE: '-5' },
      'database.maxMetaSize must be greater than zero',
    ],
    [
      'a text in place of a list of mappings',
      undefined,
      { THV_REGISTRY_SOURCES: 'x' },
      'sources (from THV_REGISTRY_SOURCES): expected a list of mappings',
    ],
    ['a variable that hides a whole block', undefined, { THV_REGISTRY_DATABASE: 'x' }, 'database.host is required'],
    [
      'a password next to dynamicAuth',
      inDatabase({ dynamicAuth: { awsRdsIam: { region: 'r' } } }),
      { THV_REGISTRY_DATABASE_PASSWORD: 'hunter2' },
      'database.password and database.dynamicAuth are mutually exclusive',
    ],
    [
      'an HTTP issuer for "yes"',
      inProvider({ issuerUrl: 'http://i.example.com' }),
      { THV_REGISTRY_INSECURE_URL: 'yes' },
      'issuerUrl must use HTTPS',
    ],
  ])('refuses %s', (_name, change, environment, message) => {
    expect(loadFailure(change, { environment })).toContain(message);
  });

  it('does not reach into lists', () => {
    const environment = { THV_REGISTRY_SOURCES_0_NAME: 'other' };

    expect(loadTestConfig(undefined, { environment }).sources[0]?.name).toBe('local');
  });

  it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('allows an HTTP issuer for %s', (value) => {
    const environment = { THV_REGISTRY_INSECURE_URL: value };

    const config = loadTestConfig(inProvider({ issuerUrl: 'http://i.example.com' }), { environment });

    expect(config.environment.insecureUrl).toBe(true);
  });

  it('gives what has no key in the file', () => {
    const config = loadTestConfig(undefined, {
      environment: {
        THV_REGISTRY_ADDRESS: ':1',
        THV_REGISTRY_INTERNAL_ADDRESS: ':2',
        THV_REGISTRY_COMPRESS_RESPONSE: 'true',
        THV_REGISTRY_ALLOW_LOCAL_SOURCES: 'true',
        THV_REGISTRY_WATCH_NAMESPACE: 'a, b',
        THV_REGISTRY_LEADER_ELECTION_ID: 'mine',
      },
    });

    expect(config.environment).toEqual({
      address: ':1',
      internalAddress: ':2',
      insecureUrl: false,
      compressResponse: true,
      allowLocalSources: true,
      watchNamespaces: ['a', 'b'],
      leaderElectionId: 'mine',
    });
  });
});

describe('--auth-mode', () => {
  it.each<[string, Change]>([
    ['a missing mode', (c) => void (c.auth = { publicPaths: ['/x'] })],
    ['an invalid mode', (c) => void (c.auth = { mode: 'basic' })],
    ['a missing block', (c) => ({ ...c, auth: undefined })],
    ['oauth', inProvider({})],
  ])('anonymous stands in for %s', (_name, change) => {
    expect(loadTestConfig(change, { authMode: 'anonymous' }).auth.mode).toBe('anonymous');
  });

  it('wins over the environment', () => {
    const environment = { THV_REGISTRY_AUTH_MODE: 'oauth' };

    expect(loadTestConfig(undefined, { environment, authMode: 'anonymous' }).auth.mode).toBe('anonymous');
  });

  it.each([
    ['oauth', 'auth.oauth is required when mode is oauth'],
    ['basic', "invalid auth.mode: basic (must be 'anonymous' or 'oauth')"],
  ])('%s is checked like the file', (authMode, message) => {
    expect(loadFailure(undefined, { authMode })).toContain(message);
  });

  it('is not given when it is empty', () => {
    expect(loadTestConfig(undefined, { authMode: '' }).auth.mode).toBe('anonymous');
  });
});

describe('a problem of a value that the file does not give', () => {
  it.each<[string, Change | undefined, Parameters<typeof loadFailure>[1], string]>([
    [
      'names the variable',
      undefined,
      { environment: { THV_REGISTRY_DATABASE_MAXMETASIZE: '0' } },
      'database.maxMetaSize must be greater than zero (from THV_REGISTRY_DATABASE_MAXMETASIZE)',
    ],
    [
      'names the variable of a list',
      undefined,
      { environment: { THV_REGISTRY_AUTH_PUBLICPATHS: '/a, /b' } },
      'auth.publicPaths[1] must not be empty nor begin or end with white space (from THV_REGISTRY_AUTH_PUBLICPATHS)',
    ],
    [
      'names the variable that an embedded database excludes',
      (c) => ({ ...c, database: { embedded: true } }),
      { environment: { THV_REGISTRY_DATABASE_PASSWORD: 'hunter2' } },
      'database.password cannot be combined with database.embedded (from THV_REGISTRY_DATABASE_PASSWORD)',
    ],
    [
      'names the flag',
      undefined,
      { authMode: 'basic' },
      "invalid auth.mode: basic (must be 'anonymous' or 'oauth') (from --auth-mode)",
    ],
    ['names nothing else', inDatabase({ maxMetaSize: 0 }), {}, 'database.maxMetaSize must be greater than zero'],
  ])('%s', (_name, change, options, message) => {
    expect(loadFailure(change, options)).toBe(`invalid configuration: ${message}`);
  });
});
