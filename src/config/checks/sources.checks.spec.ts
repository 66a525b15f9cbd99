import { describe, expect, it } from 'vitest';
import { loadFailure, loadTestConfig, type Change, inSource, synchronised } from '../../../test/harness/test-config.js';

describe('the checks of sources', () => {
  it.each<[string, Change]>([
    [
      'a source name of 63 characters',
      (c) => {
        c.sources[0]!['name'] = 'a'.repeat(63);
        c.registries[0]!['sources'] = ['a'.repeat(63)];
      },
    ],
    ['a compound interval', inSource({ syncPolicy: { interval: '1h30m' } })],
    ['a fractional interval', inSource({ syncPolicy: { interval: '1.5h' } })],
    ['an empty managed block', (c) => void (c.sources[0] = { name: 'local', managed: {} })],
    [
      'an interval of a managed source that is none',
      (c) => void (c.sources[0] = { name: 'local', managed: {}, syncPolicy: { interval: 'never' } }),
    ],
    [
      'a filter of a kubernetes source that cannot be compiled',
      (c) => void (c.sources[0] = { name: 'local', kubernetes: {}, filter: { names: { include: ['['] } } }),
    ],
    [
      'an API timeout of exactly five minutes',
      synchronised({ api: { endpoint: 'https://r.example.com', timeout: '5m' } }),
    ],
    ['a file timeout next to a path, whatever it is', inSource({ file: { path: '/x', timeout: 'soon' } })],
    ['inline data next to a path', inSource({ file: { path: '/x', data: '{}' } })],
    ['git auth without members', synchronised({ git: { repository: 'x', auth: {} } })],
    ['claims of texts and lists of texts', inSource({ claims: { team: 'a', orgs: ['x', 'y'], none: [] } })],
  ])('accept %s', (_name, change) => {
    expect(() => loadTestConfig(change)).not.toThrow();
  });

  it.each<[string, Change, string]>([
    ['no sources', (c) => void (c.sources = []), 'at least one source must be configured'],
    ['an empty text for the sources', (c) => ({ ...c, sources: '' }), 'at least one source must be configured'],
    ['a source without a name', inSource({ name: undefined }), 'source[0]: name is required'],
    ['an empty source', (c) => void (c.sources = [{}]), 'source[0]: name is required'],
    ['an upper-case source name', inSource({ name: 'Bad' }), "source[0]: name 'Bad' must be a valid DNS subdomain"],
    ['a source name with a dot', inSource({ name: 'a.b' }), 'must be a valid DNS subdomain'],
    ['a source name that ends in a hyphen', inSource({ name: 'a-' }), 'must be a valid DNS subdomain'],
    ['a source name of 64 characters', inSource({ name: 'a'.repeat(64) }), 'must be a valid DNS subdomain'],
    [
      'a duplicate source name',
      (c) => void c.sources.push({ ...c.sources[0] }),
      "source[1]: duplicate source name 'local'",
    ],
    [
      'a source without a kind',
      inSource({ file: undefined }),
      'source[0] (local): one of git, api, file, managed, or kubernetes configuration must be specified',
    ],
    [
      'a kind that is null',
      inSource({ file: null }),
      'source[0] (local): one of git, api, file, managed, or kubernetes',
    ],
    [
      'two kinds',
      inSource({ managed: {} }),
      'only one of git, api, file, managed, or kubernetes configuration may be specified',
    ],
    [
      'two managed sources',
      (c) =>
        void (c.sources = [
          { name: 'local', managed: {} },
          { name: 'b', managed: {} },
        ]),
      'at most one managed source is allowed, found 2',
    ],
    ['no interval', inSource({ syncPolicy: undefined }), 'source[0] (local): syncPolicy.interval is required'],
    [
      'an interval in days',
      inSource({ syncPolicy: { interval: '1d' } }),
      "syncPolicy.interval must be a valid duration (e.g., '30m', '1h')",
    ],
    [
      'an interval without a unit',
      inSource({ syncPolicy: { interval: 60 } }),
      'syncPolicy.interval must be a valid duration',
    ],
    [
      'an interval of zero',
      inSource({ syncPolicy: { interval: '0s' } }),
      'syncPolicy.interval must be greater than zero',
    ],
    [
      'a negative interval',
      inSource({ syncPolicy: { interval: '-5m' } }),
      'syncPolicy.interval must be greater than zero',
    ],
    [
      'an interval below a microsecond',
      inSource({ syncPolicy: { interval: '10ns' } }),
      'syncPolicy.interval must be greater than zero',
    ],
    [
      'an unknown policy for invalid entries',
      inSource({ syncPolicy: { interval: '1h', onInvalidEntry: 'ignore' } }),
      "source[0] (local): syncPolicy.onInvalidEntry must be 'fail' or 'skip', got 'ignore'",
    ],
    [
      'path and url',
      inSource({ file: { path: '/x', url: 'https://e.com/r' } }),
      'source[0] (local): file.path and file.url are mutually exclusive',
    ],
    ['a file without path and url', inSource({ file: {} }), 'file.path or file.url is required'],
    ['inline data alone', inSource({ file: { data: '{}' } }), 'file.path or file.url is required'],
    ['a relative file URL', inSource({ file: { url: '/r.json' } }), 'file.url must be an absolute URL with host'],
    [
      'a file URL without a host',
      inSource({ file: { url: 'https:///r.json' } }),
      'file.url must be an absolute URL with host',
    ],
    ['a file URL that cannot be parsed', inSource({ file: { url: 'http://a b/r.json' } }), 'file.url is invalid'],
    [
      'a file URL of another scheme',
      inSource({ file: { url: 'ftp://e.com/r' } }),
      'file.url must use http or https scheme',
    ],
    [
      'a file timeout that is none',
      inSource({ file: { url: 'https://e.com/r', timeout: 'soon' } }),
      'file.timeout must be a valid duration',
    ],
    [
      'a negative file timeout',
      inSource({ file: { url: 'https://e.com/r', timeout: '-1s' } }),
      'file.timeout must be greater than zero',
    ],
    ['git without a repository', synchronised({ git: { branch: 'main' } }), 'git.repository is required'],
    [
      'branch and tag',
      synchronised({ git: { repository: 'x', branch: 'b', tag: 't' } }),
      'git.branch, git.tag, and git.commit are mutually exclusive',
    ],
    [
      'a git user without a password file',
      synchronised({ git: { repository: 'x', auth: { username: 'u' } } }),
      'git.auth.username and git.auth.passwordFile must both be specified',
    ],
    [
      'a git password file without a user',
      synchronised({ git: { repository: 'x', auth: { passwordFile: '/x' } } }),
      'must both be specified',
    ],
    [
      'a relative git password file',
      synchronised({ git: { repository: 'x', auth: { username: 'u', passwordFile: 'pw' } } }),
      'git.auth.passwordFile must be an absolute path',
    ],
    [
      'a missing git password file',
      synchronised({ git: { repository: 'x', auth: { username: 'u', passwordFile: '/nowhere/pw' } } }),
      'git.auth.passwordFile is not accessible',
    ],
    ['an API without an endpoint', synchronised({ api: { timeout: '1s' } }), 'api.endpoint is required'],
    [
      'an API timeout that is none',
      synchronised({ api: { endpoint: 'https://e.com', timeout: 'soon' } }),
      "api.timeout must be a valid duration (e.g., '30s', '1m')",
    ],
    [
      'an API timeout of zero',
      synchronised({ api: { endpoint: 'https://e.com', timeout: '0s' } }),
      'api.timeout must be greater than zero',
    ],
    [
      'an API timeout above five minutes',
      synchronised({ api: { endpoint: 'https://e.com', timeout: '5m1s' } }),
      'api.timeout must not exceed 5m0s',
    ],
    [
      'a pass timeout of zero',
      synchronised({ api: { endpoint: 'https://e.com', passTimeout: '0' } }),
      'api.passTimeout must be greater than zero',
    ],
    [
      'a full sync interval that is none',
      synchronised({ api: { endpoint: 'https://e.com', fullSyncInterval: '1d' } }),
      'api.fullSyncInterval must be a valid duration',
    ],
    [
      'no servers at all',
      synchronised({ api: { endpoint: 'https://e.com', maxServers: 0 } }),
      'api.maxServers must be greater than zero',
    ],
    [
      'two ways of authentication',
      synchronised({
        api: { endpoint: 'https://e.com', auth: { bearerTokenFile: '/t', headers: { 'X-Key': '/k' } } },
      }),
      'api.auth.bearerTokenFile, api.auth.oauth2, and api.auth.headers are mutually exclusive',
    ],
    [
      'a relative token file',
      synchronised({ api: { endpoint: 'https://e.com', auth: { bearerTokenFile: 't' } } }),
      'api.auth.bearerTokenFile must be the absolute path of a file',
    ],
    [
      'a header without a file',
      synchronised({ api: { endpoint: 'https://e.com', auth: { headers: { 'X-Key': 5 } } } }),
      'api.auth.headers.X-Key must be the absolute path of a file',
    ],
    [
      'a header that is none',
      synchronised({ api: { endpoint: 'https://e.com', auth: { headers: { 'X Key': '/k' } } } }),
      'api.auth.headers: "X Key" is no header name',
    ],
    [
      'client credentials without a secret',
      synchronised({
        api: { endpoint: 'https://e.com', auth: { oauth2: { tokenUrl: 'https://e.com/t', clientId: 'c' } } },
      }),
      'api.auth.oauth2.clientSecretFile is required',
    ],
    [
      'a token URL that is none',
      synchronised({
        api: {
          endpoint: 'https://e.com',
          auth: { oauth2: { tokenUrl: 't', clientId: 'c', clientSecretFile: '/s' } },
        },
      }),
      'api.auth.oauth2.tokenUrl must be an absolute http or https URL',
    ],
    [
      'an unknown format',
      inSource({ format: 'yaml' }),
      "source[0] (local): format must be 'upstream' or 'toolhive', got 'yaml'",
    ],
    [
      'the toolhive format from an API',
      synchronised({ format: 'toolhive', api: { endpoint: 'https://e.com' } }),
      "source[0] (local): format 'toolhive' is not supported for api sources",
    ],
    [
      'a pattern that cannot be compiled',
      inSource({ filter: { names: { exclude: ['a*', '['] } } }),
      'filter.names.exclude[1]: invalid pattern "["',
    ],
    [
      'a numeric claim',
      inSource({ claims: { level: 3 } }),
      'source[0] (local): claim "level": value must be a string or array of strings',
    ],
    [
      'a claim that is null',
      inSource({ claims: { level: null } }),
      'claim "level": value must be a string or array of strings',
    ],
    [
      'a nested claim',
      inSource({ claims: { a: { b: 'c' } } }),
      'claim "a": value must be a string or array of strings',
    ],
  ])('refuse %s', (_name, change, message) => {
    expect(loadFailure(change)).toContain(message);
  });
});
