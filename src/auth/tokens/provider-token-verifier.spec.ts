import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Secret } from '../../common/secret.js';
import type { ProviderConfig } from '../../config/config.js';
import { IdentityProvider } from './identity-provider.js';
import type { ProviderTransport } from './provider-client.js';
import { ProviderTokenVerifier } from './provider-token-verifier.js';
import { TokenRefusedError } from './refusal.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const REFUSED = { accepted: false, unavailable: false };
const UNAVAILABLE = { accepted: false, unavailable: true };

/** What the log was told since the test began, without absent fields. */
let logged: object[] = [];
const log = { warn: (fields: object): void => void logged.push(JSON.parse(JSON.stringify(fields))) };

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

const CURVES: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function newKey(alg: string, kid: string, members: Record<string, unknown> = {}): Key {
  const namedCurve = CURVES[alg];
  const { publicKey, privateKey } = namedCurve
    ? generateKeyPairSync('ec', { namedCurve })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, ...members } };
}

const keys = {
  rsa: newKey('RS256', 'rsa'),
  ec: newKey('ES256', 'ec'),
  rs384: newKey('RS384', 'rs384'),
  rs512: newKey('RS512', 'rs512'),
  es384: newKey('ES384', 'es384'),
  es512: newKey('ES512', 'es512'),
  ps256: newKey('PS256', 'ps256'),
  encryption: newKey('RS256', 'encryption', { use: 'enc' }),
  fixed: newKey('RS256', 'fixed', { alg: 'RS256' }),
};
const foreign = newKey('RS256', 'rsa');

/** A provider in memory. */
class FakeProvider implements ProviderTransport {
  published: Key[] = Object.values(keys);
  failure: Error | undefined;
  introspect: (token: string) => Record<string, unknown> | Promise<Record<string, unknown>> = () => ({ active: false });
  readonly requests: string[] = [];
  readonly headers: Readonly<Record<string, string>>[] = [];
  readonly config: ProviderConfig;

  constructor(config: Partial<ProviderConfig> = {}) {
    this.config = {
      name: 'corp',
      issuerUrl: 'https://idp.example',
      audience: 'api://registry',
      allowPrivateIp: false,
      claimMappings: {},
      clockSkewMs: 0,
      ...config,
    };
  }

  async getJson(url: string): Promise<Record<string, unknown>> {
    this.requests.push(url);
    if (this.failure) throw this.failure;
    if (url.endsWith('/keys')) return { keys: this.published.map(({ jwk }) => jwk) };
    return { issuer: this.config.issuerUrl, jwks_uri: `${this.config.issuerUrl}/keys` };
  }

  async postForm(
    url: string,
    { token = '' }: Record<string, string>,
    headers: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    this.requests.push(url);
    this.headers.push(headers);
    if (this.failure) throw this.failure;
    return this.introspect(token);
  }

  async close(): Promise<void> {}

  provider(secret?: Secret): IdentityProvider {
    return new IdentityProvider(this.config, this, async () => secret, log);
  }

  token(
    claims: Record<string, unknown> = {},
    key: Key = keys.rsa,
    header: Record<string, unknown> = {},
  ): Promise<string> {
    const body = {
      iss: this.config.issuerUrl,
      aud: this.config.audience,
      sub: 'someone',
      exp: NOW.getTime() / 1000 + 600,
      ...claims,
    };
    return new SignJWT(body).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
  }
}

const verifierOf = (...fakes: FakeProvider[]): ProviderTokenVerifier =>
  new ProviderTokenVerifier(
    fakes.map((fake) => fake.provider()),
    log,
  );

const unreachable = new TokenRefusedError('provider unreachable', 'https://idp.example: connection refused');

describe('ProviderTokenVerifier', () => {
  beforeEach(() => {
    logged = [];
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  describe('with JWTs', () => {
    it.each(['rsa', 'ec', 'rs384', 'rs512', 'es384', 'es512', 'fixed'] as const)(
      'accepts a token under the key %s',
      async (name) => {
        const corp = new FakeProvider();

        const verdict = await verifierOf(corp).verify(await corp.token({ groups: ['x'] }, keys[name]));

        expect(verdict).toMatchObject({ accepted: true, claims: { sub: 'someone', groups: ['x'] } });
      },
    );

    it.each<[string, (corp: FakeProvider) => Promise<string>]>([
      ['of a foreign key under a published id', (corp) => corp.token({}, foreign)],
      ['of an unpublished key', (corp) => corp.token({}, newKey('RS256', 'unknown'))],
      ['under an algorithm that is not on the list', (corp) => corp.token({}, keys.ps256)],
      ['under a key published for encryption', (corp) => corp.token({}, keys.encryption)],
      ['under another algorithm than the key names', (corp) => corp.token({}, keys.fixed, { alg: 'RS512' })],
      ['of another issuer', (corp) => corp.token({ iss: 'https://evil.example' })],
      ['that has expired', (corp) => corp.token({ exp: NOW.getTime() / 1000 })],
      [
        'whose signature belongs to other claims',
        async (corp) => {
          const [header, , signature] = (await corp.token()).split('.');
          const [, claims] = (await corp.token({ role: 'admin' })).split('.');
          return [header, claims, signature].join('.');
        },
      ],
      ['without a signature', async (corp) => (await corp.token()).replace(/[^.]*$/, '')],
    ])('refuses a token %s', async (_name, token) => {
      const corp = new FakeProvider();

      expect(await verifierOf(corp).verify(await token(corp))).toEqual(REFUSED);
    });

    it('refuses what a public key used as a secret has signed', async () => {
      const corp = new FakeProvider();
      const secret = Buffer.from(JSON.stringify(keys.rsa.jwk));
      const forged = await new SignJWT({ iss: corp.config.issuerUrl, aud: corp.config.audience, exp: 4e9 })
        .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
        .sign(secret);

      expect(await verifierOf(corp).verify(forged)).toEqual(REFUSED);
      expect(corp.requests).toEqual([]);
    });

    it('tries every key of an id', async () => {
      const corp = new FakeProvider();
      corp.published = [newKey('RS256', 'rsa'), keys.rsa];

      expect(await verifierOf(corp).verify(await corp.token())).toMatchObject({ accepted: true });
    });

    it('asks the provider of the issuer only', async () => {
      const [one, two] = [new FakeProvider(), new FakeProvider({ name: 'two', issuerUrl: 'https://two.example' })];

      expect(await verifierOf(one, two).verify(await two.token())).toMatchObject({ accepted: true });
      expect(one.requests).toEqual([]);
    });

    it('lets no issuer speak for another', async () => {
      const [one, two] = [new FakeProvider(), new FakeProvider({ name: 'two', issuerUrl: 'https://two.example' })];
      two.published = [foreign];

      expect(await verifierOf(one, two).verify(await two.token({ iss: one.config.issuerUrl }, foreign))).toEqual(
        REFUSED,
      );
    });

    it('tells two providers of one issuer apart by their audience', async () => {
      const [one, two] = [new FakeProvider(), new FakeProvider({ name: 'two', audience: 'api://second' })];
      const verifier = verifierOf(one, two);

      expect(await verifier.verify(await two.token())).toMatchObject({ accepted: true });
      expect(await verifier.verify(await one.token({ aud: 'api://third' }))).toEqual(REFUSED);
      expect(one.requests).toEqual([]);
    });

    it('applies the claim mappings', async () => {
      const corp = new FakeProvider({ claimMappings: { roles: ['realm_access', 'roles'] } });

      const verdict = await verifierOf(corp).verify(await corp.token({ realm_access: { roles: ['x'] } }));

      expect(verdict).toMatchObject({ claims: { roles: ['x'] } });
    });

    it('makes no discovery request when the address of the keys is configured', async () => {
      const corp = new FakeProvider({ jwksUrl: 'https://keys.example/keys' });

      await verifierOf(corp).verify(await corp.token());

      expect(corp.requests).toEqual(['https://keys.example/keys']);
    });
  });

  describe('remembers', () => {
    it('a verified token, and gives the same claims for it', async () => {
      const corp = new FakeProvider();
      const verifier = verifierOf(corp);
      const token = await corp.token();

      const first = await verifier.verify(token);

      expect(await verifier.verify(token)).toBe(first);
    });

    it('it until it expires', async () => {
      const corp = new FakeProvider({ clockSkewMs: 30_000 });
      const verifier = verifierOf(corp);
      const token = await corp.token();
      await verifier.verify(token);

      vi.setSystemTime(NOW.getTime() + 629_999);
      expect(await verifier.verify(token)).toMatchObject({ accepted: true });
      vi.setSystemTime(NOW.getTime() + 630_000);
      expect(await verifier.verify(token)).toEqual(REFUSED);
    });

    it('it until its key is gone', async () => {
      const corp = new FakeProvider();
      const verifier = verifierOf(corp);
      const token = await corp.token();
      await verifier.verify(token);
      const next = newKey('ES256', 'next');
      corp.published = [next];

      expect(await verifier.verify(await corp.token({}, next))).toMatchObject({ accepted: true });
      expect(await verifier.verify(token)).toEqual(REFUSED);
    });

    it('nothing of providers that are no longer configured', async () => {
      const corp = new FakeProvider();
      const verifier = verifierOf(corp);
      const token = await corp.token();
      await verifier.verify(token);

      verifier.replaceProviders([]);

      expect(await verifier.verify(token)).toEqual(REFUSED);
    });
  });

  describe('with a provider that is away', () => {
    it('cannot decide about its tokens, and does as soon as it is back', async () => {
      const corp = new FakeProvider();
      const verifier = verifierOf(corp);
      const token = await corp.token();
      corp.failure = unreachable;

      expect(await verifier.verify(token)).toEqual(UNAVAILABLE);

      corp.failure = undefined;
      expect(await verifier.verify(token)).toMatchObject({ accepted: true });
    });

    it('refuses what is no good anyway', async () => {
      const corp = new FakeProvider();
      corp.failure = unreachable;

      expect(await verifierOf(corp).verify(await corp.token({ exp: 5 }))).toEqual(REFUSED);
    });

    it('goes on with keys that it has', async () => {
      const corp = new FakeProvider();
      const verifier = verifierOf(corp);
      await verifier.verify(await corp.token());
      corp.failure = unreachable;

      expect(await verifier.verify(await corp.token({ sub: 'other' }))).toMatchObject({ accepted: true });
      expect(await verifier.verify(await corp.token({}, newKey('RS256', 'unknown')))).toEqual(REFUSED);
    });

    it('refuses when it is our own policy that keeps it from being asked', async () => {
      const corp = new FakeProvider();
      corp.failure = new TokenRefusedError('provider unusable', 'http://idp.example is not https');

      expect(await verifierOf(corp).verify(await corp.token())).toEqual(REFUSED);
    });

    it('gives up a provider that does not answer before the request is given up', async () => {
      const corp = new FakeProvider();
      const token = await corp.token();
      vi.spyOn(corp, 'getJson').mockReturnValue(new Promise(() => {}));

      const verdict = verifierOf(corp).verify(token);
      await vi.advanceTimersByTimeAsync(8_000);

      expect(await verdict).toEqual(UNAVAILABLE);
    });

    it('does not hide an error of our own', async () => {
      const corp = new FakeProvider();
      corp.failure = new Error('a bug');

      await expect(verifierOf(corp).verify(await corp.token())).rejects.toThrow('a bug');
    });
  });

  it('refuses a discovery document that speaks for another issuer', async () => {
    const corp = new FakeProvider();
    vi.spyOn(corp, 'getJson').mockResolvedValue({
      issuer: 'https://other.example',
      jwks_uri: 'https://x.example/keys',
    });

    expect(await verifierOf(corp).verify(await corp.token())).toEqual(REFUSED);
  });

  describe('with opaque tokens', () => {
    const active = (corp: FakeProvider, claims: Record<string, unknown> = {}): Record<string, unknown> => ({
      active: true,
      iss: corp.config.issuerUrl,
      aud: corp.config.audience,
      exp: NOW.getTime() / 1000 + 600,
      sub: 'opaque',
      ...claims,
    });
    const introspecting = (config: Partial<ProviderConfig> = {}): FakeProvider => {
      const fake = new FakeProvider({ introspectionUrl: 'https://idp.example/introspect', ...config });
      fake.introspect = (token) => (token === 'good' ? active(fake) : { active: false });
      return fake;
    };

    it('accepts an active one with all that is said of it', async () => {
      const corp = introspecting();
      corp.introspect = () => active(corp, { role: ['writer'] });

      expect(await verifierOf(corp).verify('good')).toMatchObject({
        accepted: true,
        claims: { sub: 'opaque', role: ['writer'] },
      });
    });

    it.each<[string, Record<string, unknown>]>([
      ['active is not true', { active: 'true' }],
      ['it has expired', { exp: 5 }],
      ['exp is missing', { exp: undefined }],
      ['iss is missing', { iss: undefined }],
      ['aud is missing', { aud: undefined }],
      ['iss is another', { iss: 'https://evil.example' }],
      ['aud is another', { aud: 'x' }],
    ])('refuses one when %s', async (_name, claims) => {
      const corp = introspecting();
      corp.introspect = () => active(corp, claims);

      expect(await verifierOf(corp).verify('good')).toEqual(REFUSED);
    });

    it('asks nobody without an introspection endpoint, about a JWT, or about what is no token', async () => {
      const [corp, plain] = [introspecting(), new FakeProvider()];

      expect(await verifierOf(plain).verify('good')).toEqual(REFUSED);
      expect(await verifierOf(corp).verify(await corp.token({ exp: 5 }))).toEqual(REFUSED);
      expect(await verifierOf(corp).verify(' good')).toEqual(REFUSED);
      expect([...corp.requests, ...plain.requests]).toEqual([]);
    });

    it('refuses one from the moment it is revoked', async () => {
      const corp = introspecting();
      const verifier = verifierOf(corp);
      expect(await verifier.verify('good')).toMatchObject({ accepted: true });

      corp.introspect = () => ({ active: false });

      expect(await verifier.verify('good')).toEqual(REFUSED);
    });

    it('sends credentials when both of them are there', async () => {
      const withBoth = introspecting({ clientId: 'cid' });
      await new ProviderTokenVerifier([withBoth.provider(new Secret('s3cret'))], log).verify('good');
      await new ProviderTokenVerifier([withBoth.provider(new Secret(''))], log).verify('good');
      await new ProviderTokenVerifier([introspecting().provider(new Secret('s3cret'))], log).verify('good');

      expect(withBoth.headers).toEqual([{ authorization: `Basic ${btoa('cid:s3cret')}` }, {}]);
    });

    it('asks the providers in order until one accepts', async () => {
      const one = introspecting({ name: 'one', issuerUrl: 'https://one.example' });
      const two = introspecting({ name: 'two', issuerUrl: 'https://two.example' });
      const three = introspecting({ name: 'three' });
      one.introspect = () => ({ active: false });

      expect(await verifierOf(one, two, three).verify('good')).toMatchObject({ accepted: true });
      expect([one, two, three].map(({ requests }) => requests.length)).toEqual([1, 1, 0]);
    });

    it('does not let one that hangs hold up the others', async () => {
      const [hanging, healthy] = [introspecting(), introspecting({ name: 'two', issuerUrl: 'https://two.example' })];
      hanging.introspect = () => new Promise(() => {});

      const verdict = verifierOf(hanging, healthy).verify('good');
      await vi.advanceTimersByTimeAsync(250);

      expect(await verdict).toMatchObject({ accepted: true });
    });

    it('cannot decide only when no provider could be asked', async () => {
      const [away, healthy] = [introspecting(), introspecting({ name: 'two', issuerUrl: 'https://two.example' })];
      away.failure = unreachable;

      expect(await verifierOf(away).verify('bad')).toEqual(UNAVAILABLE);
      expect(await verifierOf(away, healthy).verify('bad')).toEqual(REFUSED);
    });
  });

  describe('tells the log', () => {
    it.each<[string, (corp: FakeProvider) => Promise<string>, object]>([
      ['expired', (corp) => corp.token({ exp: 5 }), { provider: 'corp', kid: 'rsa' }],
      ['audience', (corp) => corp.token({ aud: 'x' }), { provider: 'corp', kid: 'rsa' }],
      ['not yet valid', (corp) => corp.token({ nbf: 4e9 }), { provider: 'corp', kid: 'rsa' }],
      ['signature', (corp) => corp.token({}, foreign), { provider: 'corp', kid: 'rsa' }],
      ['unknown key', (corp) => corp.token({}, newKey('RS256', 'other')), { provider: 'corp', kid: 'other' }],
      ['algorithm', (corp) => corp.token({}, keys.ps256), { provider: 'corp', kid: 'ps256' }],
      ['issuer', (corp) => corp.token({ iss: 'https://x.example' }), { kid: 'rsa', issuer: 'https://x.example' }],
      ['malformed', async () => 'garbage', {}],
    ])('the reason "%s", and nothing of the token', async (reason, token, fields) => {
      const corp = new FakeProvider();
      const text = await token(corp);

      await verifierOf(corp).verify(text);

      expect(logged).toEqual([{ ...fields, reason }]);
      for (const part of text.split('.')) expect(JSON.stringify(logged)).not.toContain(part);
    });

    it('what is wrong with a provider', async () => {
      const corp = new FakeProvider();
      corp.failure = unreachable;

      await verifierOf(corp).verify(await corp.token());

      const { message: detail } = unreachable;
      expect(logged).toEqual([{ provider: 'corp', reason: 'provider unreachable', kid: 'rsa', detail }]);
    });

    it('of a token once, and again only after a minute', async () => {
      const corp = new FakeProvider();
      const verifier = verifierOf(corp);
      const token = await corp.token({ exp: 5 });

      for (const laterMs of [0, 59_999, 1]) {
        vi.advanceTimersByTime(laterMs);
        await verifier.verify(token);
      }

      expect(logged).toHaveLength(2);
    });

    it('of a token anew when the reason is another one', async () => {
      const corp = new FakeProvider();
      const verifier = verifierOf(corp);
      const token = await corp.token({ exp: NOW.getTime() / 1000 + 1 });
      corp.failure = unreachable;
      await verifier.verify(token);
      vi.setSystemTime(NOW.getTime() + 1_000);
      await verifier.verify(token);

      expect(logged).toMatchObject([{ reason: 'provider unreachable' }, { reason: 'expired' }]);
    });

    it('no more than the beginning of what the sender made up', async () => {
      const corp = new FakeProvider();

      await verifierOf(corp).verify(await corp.token({}, newKey('RS256', 'k'.repeat(5_000))));

      expect(logged).toMatchObject([{ kid: 'k'.repeat(200) }]);
    });
  });
});
