import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../common/errors.js';
import type { PutSourceRequest } from './dto/put-source.request.js';
import { assertValidSourceName, readSourceDefinition } from './source-rules.js';

const HOURLY = { syncPolicy: { interval: '1h' } };
const GIT = { repository: 'https://host.example/r.git' };
const API = { endpoint: 'https://host.example' };
const EXISTING_FILE = fileURLToPath(import.meta.url);

describe('readSourceDefinition', () => {
  it.each<[string, PutSourceRequest, object]>([
    [
      'a git source',
      { git: { ...GIT, branch: 'main', tag: '', commit: null, path: 'a.json', auth: {} }, ...HOURLY },
      { settings: { kind: 'git', git: { ...GIT, branch: 'main', path: 'a.json' } }, intervalMicroseconds: 3600e6 },
    ],
    [
      'a git source with credentials',
      { git: { ...GIT, auth: { username: 'bot', passwordFile: EXISTING_FILE } }, ...HOURLY },
      {
        settings: { kind: 'git', git: { ...GIT, auth: { username: 'bot', passwordFile: EXISTING_FILE } } },
        intervalMicroseconds: 3600e6,
      },
    ],
    [
      'an api source with everything',
      {
        api: {
          ...API,
          timeout: '5m',
          passTimeout: '10m',
          maxServers: 5,
          fullSyncInterval: '2h',
          auth: { headers: { 'X-Key': '/secrets/key' } },
        },
        syncPolicy: { interval: '1500us', onInvalidEntry: 'fail' },
      },
      {
        settings: {
          kind: 'api',
          api: {
            ...API,
            timeout: '5m',
            passTimeout: '10m',
            maxServers: 5,
            fullSyncInterval: '2h',
            auth: { headers: { 'X-Key': '/secrets/key' } },
          },
        },
        intervalMicroseconds: 1500,
        onInvalidEntry: 'fail',
      },
    ],
    [
      'a file with a path, a format and an empty filter',
      { file: { path: '/a' }, format: 'toolhive', filter: {}, claims: {}, ...HOURLY },
      {
        settings: { kind: 'file', file: { path: '/a' } },
        format: 'toolhive',
        filter: {},
        intervalMicroseconds: 3600e6,
      },
    ],
    [
      'a file with a URL',
      { file: { url: 'http://host.example/r.json', timeout: '45s' }, ...HOURLY },
      {
        settings: { kind: 'file', file: { url: 'http://host.example/r.json', timeout: '45s' } },
        intervalMicroseconds: 3600e6,
      },
    ],
    [
      'inline data, which needs no interval and ignores it',
      { file: { data: '{}' }, syncPolicy: { interval: 'never' } },
      { settings: { kind: 'file', file: { data: '{}' } } },
    ],
    [
      'a managed source with claims',
      { managed: {}, claims: { team: ['a', 'b'] } },
      { settings: { kind: 'managed', managed: {} }, claims: { team: ['a', 'b'] } },
    ],
    [
      'a kubernetes source in the spelling of answers',
      { kubernetes: { Namespaces: ['one'] } },
      { settings: { kind: 'kubernetes', kubernetes: { namespaces: ['one'] } } },
    ],
    [
      'a kubernetes source that was read and sent back',
      { kubernetes: { Namespaces: null } },
      { settings: { kind: 'kubernetes', kubernetes: {} } },
    ],
    [
      'a filter without its null members',
      { managed: {}, filter: { names: { include: ['io.*'], exclude: null }, tags: null } },
      { settings: { kind: 'managed', managed: {} }, filter: { names: { include: ['io.*'] } } },
    ],
  ])('reads %s', (_what, body, expected) => {
    expect(readSourceDefinition('s', body)).toEqual({ name: 's', ...expected });
  });

  it.each<[PutSourceRequest, string | RegExp]>([
    [{}, 'one of git, api, file, managed, or kubernetes must be specified'],
    [{ managed: {}, kubernetes: {} }, 'only one source type may be specified'],
    [{ git: GIT }, 'syncPolicy.interval is required for git registries'],
    [{ file: { path: '/a' }, syncPolicy: { interval: '' } }, 'syncPolicy.interval is required for file registries'],
    [{ file: {} }, 'syncPolicy.interval is required for file registries'],
    [{ kubernetes: { namespaces: ['Team_A'] } }, 'kubernetes.namespaces: invalid namespace name: Team_A'],
    [{ kubernetes: { namespaces: ['a', 'a'] } }, 'kubernetes.namespaces: duplicate namespace: a'],
    [{ git: GIT, syncPolicy: { interval: '5' } }, /^invalid sync interval: .*"5"/],
    [{ git: GIT, syncPolicy: { interval: '2562048h' } }, /^invalid sync interval: /],
    [{ git: GIT, syncPolicy: { interval: '0s' } }, /^invalid sync interval: .*greater than zero/],
    [{ git: GIT, syncPolicy: { interval: '-5m' } }, /^invalid sync interval: .*greater than zero/],
    [{ git: GIT, syncPolicy: { interval: '999ns' } }, /^invalid sync interval: .*greater than zero/],
    [{ git: {}, ...HOURLY }, 'git.repository is required'],
    [
      { git: { ...GIT, branch: 'a', commit: 'b' }, ...HOURLY },
      'git.branch, git.tag, and git.commit are mutually exclusive',
    ],
    [
      { git: { ...GIT, auth: { username: 'u' } }, ...HOURLY },
      'git.auth.username and git.auth.passwordFile must both be specified',
    ],
    [
      { git: { ...GIT, auth: { username: 'u', passwordFile: 'p' } }, ...HOURLY },
      'git.auth.passwordFile must be an absolute path',
    ],
    [
      { git: { ...GIT, auth: { username: 'u', passwordFile: '/no/such' } }, ...HOURLY },
      /^git\.auth\.passwordFile is not accessible: \/no\/such/,
    ],
    [{ api: {}, ...HOURLY }, 'api.endpoint is required'],
    [{ api: { endpoint: 'nonsense' }, ...HOURLY }, 'api.endpoint must be an absolute URL with host'],
    [{ api: { endpoint: 'ftp://host.example' }, ...HOURLY }, 'api.endpoint must use http or https scheme'],
    [{ api: { ...API, timeout: 'x' }, ...HOURLY }, /^api\.timeout must be a valid duration \(e\.g\., '30s', '1m'\): /],
    [{ api: { ...API, timeout: '0s' }, ...HOURLY }, 'api.timeout must be greater than zero'],
    [{ api: { ...API, timeout: '301s' }, ...HOURLY }, 'api.timeout must not exceed 5m0s'],
    [{ api: { ...API, passTimeout: '-1s' }, ...HOURLY }, 'api.passTimeout must be greater than zero'],
    [{ api: { ...API, maxServers: 0 }, ...HOURLY }, 'api.maxServers must be greater than zero'],
    [{ api: { ...API, auth: { bearerTokenFile: 'token' } }, ...HOURLY }, /^api\.auth\.bearerTokenFile must be/],
    [
      { api: { ...API, auth: { bearerTokenFile: '/t', headers: { a: '/b' } } }, ...HOURLY },
      /^api\.auth\..*mutually exclusive/,
    ],
    [{ api: { ...API, auth: { headers: { a: 5 } } }, ...HOURLY }, /^api\.auth\.headers\.a must be/],
    [{ api: { ...API, auth: { oauth2: { tokenUrl: 'https://x' } } }, ...HOURLY }, /^api\.auth\.oauth2\.clientId/],
    [{ file: {}, ...HOURLY }, 'file.path, file.url, or file.data is required'],
    [{ file: { path: '/a', data: '{}' } }, 'file.path, file.url, and file.data are mutually exclusive'],
    [{ file: { path: '/a', timeout: '5s' }, ...HOURLY }, 'file.timeout is only applicable when file.url is specified'],
    [{ file: { url: '/a/b.json' }, ...HOURLY }, 'file.url must be an absolute URL with host'],
    [{ file: { url: 'https://' }, ...HOURLY }, 'file.url must be an absolute URL with host'],
    [{ file: { url: 'ftp://host.example/a' }, ...HOURLY }, 'file.url must use http or https scheme'],
    [{ file: { url: 'https://host.example', timeout: 'x' }, ...HOURLY }, /^invalid file\.timeout: /],
    [
      { file: { url: 'https://host.example', timeout: '-1s' }, ...HOURLY },
      /^invalid file\.timeout: .*greater than zero/,
    ],
    [{ managed: {}, format: 'yaml' }, 'format must be upstream or toolhive, got "yaml"'],
    [{ api: API, format: 'toolhive', ...HOURLY }, 'format: toolhive is not supported by api sources'],
    [{ managed: {}, filter: { names: { exclude: ['a', '['] } } }, /^filter\.names\.exclude\[1\].*"\["/],
    [{ managed: {}, claims: { team: 5 } }, 'claim "team": value must be a string or array of strings'],
    [{ managed: {}, claims: { team: ['a', null] } }, 'claim "team": array element [1] must be a string'],
  ])('refuses %j', (body, message) => {
    const expected =
      typeof message === 'string'
        ? new InvalidInputError(`invalid source configuration: ${message}`)
        : new RegExp(message.source.replace('^', '^invalid source configuration: '));

    expect(() => readSourceDefinition('s', body)).toThrow(expected);
  });
});

describe('assertValidSourceName', () => {
  it.each(['z', 'a-1', `${'x'.repeat(62)}9`])('accepts %s', (name) => {
    expect(() => assertValidSourceName(name)).not.toThrow();
  });

  it.each(['', 'Upper', 'under_score', '-lead', 'trail-', 'a.b', 'été', 'a/b', 'x'.repeat(64)])(
    'refuses %j',
    (name) => {
      expect(() => assertValidSourceName(name)).toThrow(
        `invalid source configuration: name '${name}' must be a valid DNS subdomain (lowercase alphanumeric and hyphens, max 63 chars)`,
      );
    },
  );
});
