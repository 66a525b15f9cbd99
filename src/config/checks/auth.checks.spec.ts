import { describe, expect, it } from 'vitest';
import { loadFailure, loadTestConfig, type Change, inProvider } from '../../../test/harness/test-config.js';

describe('the checks of auth', () => {
  it.each<[string, Change]>([
    ['an HTTPS issuer', inProvider({})],
    ['an HTTP issuer on localhost', inProvider({ issuerUrl: 'http://localhost:9' })],
    ['an HTTP issuer on 127.0.0.1', inProvider({ issuerUrl: 'http://127.0.0.1:9' })],
    ['an HTTP issuer on ::1', inProvider({ issuerUrl: 'http://[::1]:9' })],
    ['an oauth block that nobody looks at', (c) => void (c.auth!['oauth'] = { providers: [{ name: '' }] })],
    ['an unknown role', (c) => void (c.auth!['authz'] = { roles: { nobody: [{}] } })],
    [
      'role rules with values of any kind',
      (c) => void (c.auth!['authz'] = { roles: { superAdmin: [{ level: 5, on: true }] } }),
    ],
  ])('accept %s', (_name, change) => {
    expect(() => loadTestConfig(change)).not.toThrow();
  });

  it.each<[string, Change, string]>([
    ['no auth block', (c) => ({ ...c, auth: undefined }), 'auth configuration is required'],
    ['an empty auth block', (c) => void (c.auth = {}), 'auth configuration is required'],
    ['an auth block that is null', (c) => ({ ...c, auth: null }), 'auth configuration is required'],
    ['an auth block with an empty block', (c) => void (c.auth = { oauth: {} }), 'auth configuration is required'],
    [
      'an unknown mode',
      (c) => void (c.auth!['mode'] = 'basic'),
      "invalid auth.mode: basic (must be 'anonymous' or 'oauth')",
    ],
    ['a mode in another case', (c) => void (c.auth!['mode'] = 'Anonymous'), 'invalid auth.mode: Anonymous'],
    [
      'oauth without an oauth block',
      (c) => void (c.auth = { mode: 'oauth' }),
      'auth.oauth is required when mode is oauth',
    ],
    [
      'oauth without providers',
      (c) => void (c.auth = { mode: 'oauth', oauth: { realm: 'r', providers: [] } }),
      'auth.oauth.providers is required when mode is oauth',
    ],
    [
      'an auth block with neither mode nor providers',
      (c) => void (c.auth = { publicPaths: ['/x'] }),
      'auth.oauth is required when mode is oauth',
    ],
    ['a provider without a name', inProvider({ name: undefined }), 'auth.oauth.providers[0].name is required'],
    [
      'a provider without an issuer',
      inProvider({ issuerUrl: undefined }),
      'auth.oauth.providers[0].issuerUrl is required',
    ],
    ['a provider without an audience', inProvider({ audience: '' }), 'auth.oauth.providers[0].audience is required'],
    [
      'a relative issuer',
      inProvider({ issuerUrl: 'idp.example.com' }),
      'auth.oauth.providers[0].issuerUrl must be an absolute URL with host',
    ],
    [
      'an issuer without slashes',
      inProvider({ issuerUrl: 'https:idp.example.com' }),
      'issuerUrl must be an absolute URL with host',
    ],
    [
      'an HTTP issuer elsewhere',
      inProvider({ issuerUrl: 'http://idp.example.com' }),
      'issuerUrl must use HTTPS (set THV_REGISTRY_INSECURE_URL=true to allow HTTP)',
    ],
    [
      'an HTTP issuer although the file allows it',
      (c) =>
        void Object.assign(c, {
          insecure_url: true,
          auth: { oauth: { providers: [{ name: 'p', issuerUrl: 'http://i.example.com', audience: 'a' }] } },
        }),
      'issuerUrl must use HTTPS',
    ],
    [
      'a clock skew above two minutes',
      inProvider({ clockSkew: '2m1s' }),
      'auth.oauth.providers[0].clockSkew must be between 0s and 2m',
    ],
    [
      'a clock skew that is none',
      inProvider({ clockSkew: '5' }),
      'auth.oauth.providers[0].clockSkew must be a valid duration',
    ],
    [
      'a claim mapping that is no path',
      inProvider({ claimMappings: { roles: 'a..b' } }),
      'auth.oauth.providers[0].claimMappings: "roles" must be a path',
    ],
    ['an empty claim mapping', inProvider({ claimMappings: { roles: [] } }), 'claimMappings: "roles" must be a path'],
    [
      'two providers of one name',
      (c) =>
        void (c.auth = {
          oauth: {
            providers: ['https://a.example.com', 'https://b.example.com'].map((issuerUrl) => ({
              name: 'twin',
              issuerUrl,
              audience: 'a',
            })),
          },
        }),
      "auth.oauth.providers[1]: duplicate provider name 'twin'",
    ],
    [
      'an empty public path, which would open everything',
      (c) => void (c.auth!['publicPaths'] = ['/x', '']),
      'auth.publicPaths[1] must not be empty',
    ],
    [
      'a padded public path, which would open nothing',
      (c) => void (c.auth!['publicPaths'] = '/x, /y'),
      'auth.publicPaths[1] must not be empty nor begin or end with white space',
    ],
  ])('refuse %s', (_name, change, message) => {
    expect(loadFailure(change)).toContain(message);
  });
});
