import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../config/config.js';
import { AuthSettings } from './auth-settings.js';
import { RequestAuthenticator, type AuthenticationRequest } from './request-authenticator.js';
import { TokenVerifier, type TokenVerdict } from './tokens/token-verifier.js';

const CLAIMS = { sub: 'someone', role: 'writer' };

class FakeVerifier extends TokenVerifier {
  readonly asked: string[] = [];

  override async verify(token: string): Promise<TokenVerdict> {
    this.asked.push(token);
    if (token === 'good') return { accepted: true, claims: CLAIMS };
    return { accepted: false, unavailable: token === 'away' };
  }
}

const oauthConfig = (overrides: Partial<AuthConfig> = {}): AuthConfig => ({
  mode: 'oauth',
  publicPaths: [],
  oauth: { realm: 'mcp-registry', providers: [] },
  ...overrides,
});
const roles = (role: string) => ({
  roles: { superAdmin: [], manageSources: [], manageRegistries: [], manageEntries: [{ role }] },
});

function authenticatorOf(config: AuthConfig, publicRegistries: string[] = []) {
  const verifier = new FakeVerifier();
  const settings = new AuthSettings(config);
  const registries = { isPublic: (name: string): boolean => publicRegistries.includes(name) };
  const authenticator = new RequestAuthenticator(settings, verifier, registries);
  const authenticate = (rawPath: string, authorization?: string, rest: Partial<AuthenticationRequest> = {}) =>
    authenticator.authenticate({ rawPath, authorization, registryName: undefined, ...rest });
  return { authenticate, verifier, settings };
}

const PASSED = { kind: 'passed', caller: undefined };
const INVALID_REQUEST = { kind: 'refused', error: 'invalid_request' };
const INVALID_TOKEN = { kind: 'refused', error: 'invalid_token' };

describe('RequestAuthenticator', () => {
  it('lets everybody pass in anonymous mode, and looks at no token', async () => {
    const { authenticate, verifier } = authenticatorOf({ mode: 'anonymous', publicPaths: [] });

    expect(await authenticate('/v1/sources', 'Bearer good')).toEqual(PASSED);
    expect(verifier.asked).toEqual([]);
  });

  it.each([
    [undefined, INVALID_REQUEST],
    ['Basic x', INVALID_REQUEST],
    ['Bearer bad', INVALID_TOKEN],
    ['Bearer away', { kind: 'unavailable' }],
  ])('answers the header %s with %j', async (authorization, expected) => {
    const { authenticate } = authenticatorOf(oauthConfig());

    expect(await authenticate('/v1/sources', authorization)).toEqual(expected);
  });

  it('makes a caller of a good token', async () => {
    const { authenticate } = authenticatorOf(oauthConfig({ authz: roles('writer') }));

    expect(await authenticate('/v1/sources', 'bearer good')).toEqual({
      kind: 'passed',
      caller: { subject: 'someone', displayName: '', claims: CLAIMS, roles: new Set(['manageEntries']) },
    });
  });

  it('makes one caller of a token, until the rules change', async () => {
    const { authenticate, settings } = authenticatorOf(oauthConfig({ authz: roles('writer') }));
    const callerOf = async () => {
      const result = await authenticate('/', 'Bearer good');
      return result.kind === 'passed' ? result.caller : undefined;
    };
    const first = await callerOf();
    expect(await callerOf()).toBe(first);

    settings.apply(oauthConfig({ authz: roles('editor') }));

    expect([...((await callerOf())?.roles ?? [])]).toEqual([]);
  });

  it('does not look at tokens on public paths', async () => {
    const { authenticate, verifier } = authenticatorOf(oauthConfig({ publicPaths: ['/open'] }));

    for (const path of ['/open/x', '/openapi.json']) {
      for (const authorization of [undefined, 'Bearer good', 'Bearer bad', 'Basic x']) {
        expect(await authenticate(path, authorization)).toEqual(PASSED);
      }
    }
    expect(verifier.asked).toEqual([]);
  });

  describe('in a public registry', () => {
    const path = '/registry/open/v0.1/servers';
    const inRegistry = { registryName: 'open' };

    it.each([[], ['/registry']])(
      'takes a request without a token for anonymous (public paths: %j)',
      async (...paths) => {
        const { authenticate } = authenticatorOf(oauthConfig({ publicPaths: paths }), ['open']);

        expect(await authenticate(path, undefined, inRegistry)).toEqual(PASSED);
      },
    );

    it.each([
      ['Bearer bad', INVALID_TOKEN],
      ['Bearer away', { kind: 'unavailable' }],
      ['Basic x', INVALID_REQUEST],
      ['Bearer', INVALID_REQUEST],
      ['', INVALID_REQUEST],
    ])('looks at the header "%s", also on a public path', async (authorization, expected) => {
      const { authenticate } = authenticatorOf(oauthConfig({ publicPaths: ['/registry'] }), ['open']);

      expect(await authenticate(path, authorization, inRegistry)).toEqual(expected);
      expect(await authenticate(path, 'Bearer good', inRegistry)).toMatchObject({ caller: { subject: 'someone' } });
    });

    it('opens no other path', async () => {
      const { authenticate } = authenticatorOf(oauthConfig(), ['open']);

      expect(await authenticate('/registry/open/v0.1/nope')).toEqual(INVALID_REQUEST);
      expect(await authenticate('/registry/x/v0.1/servers', undefined, { registryName: 'x' })).toEqual(INVALID_REQUEST);
      expect(await authenticate('/v1/registries/open')).toEqual(INVALID_REQUEST);
    });
  });
});
