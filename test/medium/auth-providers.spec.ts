import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthReloader } from '../../src/auth/auth-reloader.js';
import { AuthSettings } from '../../src/auth/auth-settings.js';
import { SignInDirectory } from '../../src/auth/sign-in.js';
import { createProviders, type ProviderEnvironment } from '../../src/auth/tokens/provider-factory.js';
import { ProviderTokenVerifier } from '../../src/auth/tokens/provider-token-verifier.js';
import { Secret } from '../../src/common/secret.js';
import type { AuthConfig, ProviderConfig } from '../../src/config/config.js';
import { newIssuerKey, TestIssuer } from '../harness/issuer.js';
import { TEST_CERTIFICATE } from '../harness/test-certificate.js';
import { TEST_AUTHORITY } from '../harness/test-certificates.js';

const REFUSED = { accepted: false, unavailable: false };
const UNAVAILABLE = { accepted: false, unavailable: true };
const ACCEPTED = { accepted: true, claims: { sub: 'someone' } };
const HTTP_ALLOWED: ProviderEnvironment = { insecureUrl: true };
const DISCOVERY = '/.well-known/openid-configuration';

const authConfig = (providers: readonly ProviderConfig[], oauth: object = {}): AuthConfig => ({
  mode: 'oauth',
  publicPaths: [],
  oauth: { realm: 'mcp-registry', providers, ...oauth },
});

describe('identity providers over HTTP', () => {
  let issuer: TestIssuer;
  let other: TestIssuer;
  let folder: string;
  const logged: object[] = [];
  const log = { warn: (fields: object): void => void logged.push(fields) };
  const started: ProviderTokenVerifier[] = [];

  const verifierOf = async (
    configs: readonly ProviderConfig[],
    environment = HTTP_ALLOWED,
  ): Promise<ProviderTokenVerifier> => {
    const verifier = new ProviderTokenVerifier(await createProviders(authConfig(configs), environment), log);
    started.push(verifier);
    return verifier;
  };
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auth-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    [issuer, other] = await Promise.all([TestIssuer.start(), TestIssuer.start()]);
    logged.length = 0;
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).flatMap(({ providers }) => providers.map((provider) => provider.close())));
    await Promise.all([issuer.stop(), other.stop()]);
  });

  it('discovers and fetches once for many tokens', async () => {
    const verifier = await verifierOf([issuer.config()]);
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => issuer.token({ jti: String(index) })));

    const verdicts = await Promise.all(tokens.map(async (token) => verifier.verify(token)));

    for (const verdict of verdicts) expect(verdict).toMatchObject(ACCEPTED);
    expect([issuer.count(DISCOVERY), issuer.count('/keys')]).toEqual([1, 1]);
  });

  it('follows a rotation of keys at once', async () => {
    const verifier = await verifierOf([issuer.config()]);
    const old = await issuer.token();
    await verifier.verify(old);
    issuer.keys = [newIssuerKey('RS256')];

    expect(await verifier.verify(await issuer.token())).toMatchObject(ACCEPTED);
    expect(await verifier.verify(old)).toEqual(REFUSED);
    expect(issuer.count('/keys')).toBe(2);
  });

  describe('transport', () => {
    it('refuses plain http unless the environment allows it, and says so in the log', async () => {
      const verifier = await verifierOf([issuer.config()], { insecureUrl: false });

      expect(await verifier.verify(await issuer.token())).toEqual(REFUSED);
      expect(issuer.requests).toEqual([]);
      expect(logged).toMatchObject([
        { reason: 'provider unusable', detail: expect.stringContaining('THV_REGISTRY_INSECURE_URL=true') },
      ]);
    });

    it.each(['127.0.0.1', 'localhost'])('makes no connection to the private host %s', async (host) => {
      const issuerUrl = issuer.url.replace('127.0.0.1', host);
      const verifier = await verifierOf([issuer.config({ issuerUrl, allowPrivateIp: false })]);

      expect(await verifier.verify(await issuer.token({ iss: issuerUrl }))).toEqual(REFUSED);
      expect(issuer.requests).toEqual([]);
      expect(logged).toMatchObject([{ detail: expect.stringContaining('private address') }]);
    });

    it('follows redirects, and takes the service token to its own origin only', async () => {
      const authTokenFile = await file('service-token', 'service');
      issuer.redirects.set(DISCOVERY, '/moved');
      issuer.redirects.set('/moved', `${other.url}${DISCOVERY}`);
      other.discovery = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
      const verifier = await verifierOf([issuer.config({ authTokenFile })]);

      expect(await verifier.verify(await issuer.token())).toMatchObject(ACCEPTED);
      expect(issuer.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
        [DISCOVERY, 'Bearer service'],
        ['/moved', 'Bearer service'],
        ['/keys', 'Bearer service'],
      ]);
      expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    });

    it('follows no redirect from https to http, nor in circles', async () => {
      const secure = await TestIssuer.start({ tls: true });
      const caCertPath = await file('ca.pem', TEST_CERTIFICATE);
      try {
        secure.redirects.set(DISCOVERY, `${other.url}${DISCOVERY}`);
        issuer.redirects.set(DISCOVERY, DISCOVERY);
        const verifier = await verifierOf([secure.config({ caCertPath })], { insecureUrl: false });
        const circling = await verifierOf([issuer.config()]);

        expect(await verifier.verify(await secure.token())).toEqual(REFUSED);
        expect(await circling.verify(await issuer.token())).toEqual(REFUSED);
        expect(other.requests).toEqual([]);
        expect(issuer.count(DISCOVERY)).toBe(6);
      } finally {
        await secure.stop();
      }
    });

    it('knows a private certificate by caCertPath only', async () => {
      const secure = await TestIssuer.start({ tls: true });
      const caCertPath = await file('ca.pem', TEST_CERTIFICATE);
      try {
        const knowing = await verifierOf([secure.config({ caCertPath })], { insecureUrl: false });
        const ignorant = await verifierOf([secure.config()], { insecureUrl: false });

        expect(await knowing.verify(await secure.token())).toMatchObject(ACCEPTED);
        expect(await ignorant.verify(await secure.token())).toEqual(REFUSED);
        expect(secure.count(DISCOVERY)).toBe(1);
      } finally {
        await secure.stop();
      }
    });

    it('cannot be made ready with a CA bundle that is none', async () => {
      const caCertPath = await file('bad.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');

      await expect(verifierOf([issuer.config({ name: 'corp', caCertPath })])).rejects.toThrow('"corp"');
    });
  });

  describe('a provider that is down', () => {
    it.each([500, 503])(
      'is unavailable while it answers %d, and is asked three times for each token',
      async (status) => {
        issuer.status = status;
        const verifier = await verifierOf([issuer.config()]);

        expect(await verifier.verify(await issuer.token())).toEqual(UNAVAILABLE);
        expect(issuer.count(DISCOVERY)).toBe(3);

        issuer.status = 200;
        expect(await verifier.verify(await issuer.token())).toMatchObject(ACCEPTED);
      },
    );

    it('refuses its tokens when its document is no good', async () => {
      const verifier = await verifierOf([issuer.config()]);
      issuer.status = 404;

      expect(await verifier.verify(await issuer.token())).toEqual(REFUSED);
      expect(issuer.count(DISCOVERY)).toBe(1);
    });

    it('does not slow the tokens of another one', async () => {
      await other.stop();
      const verifier = await verifierOf([other.config({ name: 'down' }), issuer.config()]);
      const [dead, ...live] = await Promise.all([other.token(), ...Array.from({ length: 8 }, () => issuer.token())]);
      const start = performance.now();

      const unavailable = verifier.verify(dead);
      const verdicts = await Promise.all(live.map(async (token) => verifier.verify(token)));

      expect(performance.now() - start).toBeLessThan(500);
      for (const verdict of verdicts) expect(verdict).toMatchObject(ACCEPTED);
      expect(await unavailable).toEqual(UNAVAILABLE);
    });
  });

  it('reads the service token anew for every request', async () => {
    const authTokenFile = await file('rotating-token', ' one\n');
    const verifier = await verifierOf([issuer.config({ authTokenFile })]);
    await verifier.verify(await issuer.token());
    await file('rotating-token', 'two\n');
    issuer.keys = [newIssuerKey()];

    await verifier.verify(await issuer.token());

    expect(issuer.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one',
      'Bearer one',
      'Bearer two',
    ]);
  });

  describe('introspection', () => {
    const active = (): Record<string, unknown> => ({
      active: true,
      iss: issuer.url,
      aud: issuer.audience,
      exp: Date.now() / 1000 + 600,
      sub: 'someone',
      role: ['writer'],
    });

    it('posts the token with the credentials and takes all members for claims', async () => {
      issuer.introspect = (token) => (token === 'good' ? active() : { active: false });
      const clientSecretFile = await file('client-secret', 's3cret\n');
      const introspectionUrl = `${issuer.url}/introspect`;
      const verifier = await verifierOf([issuer.config({ introspectionUrl, clientId: 'cid', clientSecretFile })]);

      expect(await verifier.verify('good')).toMatchObject({ accepted: true, claims: { role: ['writer'] } });
      expect(issuer.requests).toMatchObject([
        {
          method: 'POST',
          body: 'token=good&token_type_hint=access_token',
          headers: {
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
            authorization: `Basic ${btoa('cid:s3cret')}`,
          },
        },
      ]);
    });

    it("falls back to the environment's secret", async () => {
      issuer.introspect = active;
      const introspectionUrl = `${issuer.url}/introspect`;
      const environment = { insecureUrl: true, oidcClientSecret: new Secret('from-env') };
      const verifier = await verifierOf([issuer.config({ introspectionUrl, clientId: 'cid' })], environment);

      await verifier.verify('good');

      expect(issuer.requests[0]?.headers.authorization).toBe(`Basic ${btoa('cid:from-env')}`);
    });

    it('refuses the token, and says why, when the secret can no longer be read', async () => {
      const clientSecretFile = await file('vanishing-secret', 's3cret');
      const introspectionUrl = `${issuer.url}/introspect`;
      const verifier = await verifierOf([issuer.config({ introspectionUrl, clientId: 'cid', clientSecretFile })]);
      await rm(clientSecretFile);

      expect(await verifier.verify('good')).toEqual(REFUSED);
      expect(logged).toMatchObject([
        { reason: 'provider unusable', detail: expect.stringContaining('clientSecretFile') },
      ]);
    });

    it('hands the token to no redirect', async () => {
      issuer.redirects.set('/introspect', `${other.url}/introspect`);
      const verifier = await verifierOf([issuer.config({ introspectionUrl: `${issuer.url}/introspect` })]);

      expect(await verifier.verify('good')).toEqual(REFUSED);
      expect(other.requests).toEqual([]);
    });
  });

  describe('AuthReloader', () => {
    it('changes rules and providers, and keeps what it knows of providers that stay', async () => {
      const before = authConfig([issuer.config()]);
      const settings = new AuthSettings(before);
      const verifier = await verifierOf([issuer.config()]);
      const reloader = new AuthReloader(settings, verifier, HTTP_ALLOWED);
      await verifier.verify(await issuer.token());
      const roles = { superAdmin: [], manageSources: [], manageRegistries: [], manageEntries: [{ sub: 'someone' }] };
      const after: AuthConfig = {
        ...authConfig([issuer.config(), other.config({ name: 'second' })]),
        publicPaths: ['/open'],
        authz: { roles },
      };

      (await reloader.prepare(after))();

      expect(settings.isPublicPath('/open')).toBe(true);
      expect([...settings.roles({ sub: 'someone' })]).toEqual(['manageEntries']);
      expect(await verifier.verify(await other.token())).toMatchObject(ACCEPTED);
      expect(await verifier.verify(await issuer.token())).toMatchObject(ACCEPTED);
      expect(issuer.count('/keys')).toBe(1);
    });

    it('changes nothing when the new block is no good', async () => {
      const settings = new AuthSettings(authConfig([issuer.config()]));
      const verifier = await verifierOf([issuer.config()]);
      const reloader = new AuthReloader(settings, verifier, HTTP_ALLOWED);

      await expect(reloader.prepare(authConfig([issuer.config({ caCertPath: '/nowhere' })]))).rejects.toThrow('test');

      expect(await verifier.verify(await issuer.token())).toMatchObject(ACCEPTED);
    });

    it('reads CA bundles again with the configuration', async () => {
      const secure = await TestIssuer.start({ tls: true });
      const caCertPath = await file('rotated.pem', TEST_AUTHORITY);
      const config = authConfig([secure.config({ caCertPath })]);
      const verifier = await verifierOf(config.oauth?.providers ?? []);
      const reloader = new AuthReloader(new AuthSettings(config), verifier, HTTP_ALLOWED);
      try {
        expect(await verifier.verify(await secure.token())).toEqual(REFUSED);

        await file('rotated.pem', TEST_CERTIFICATE);
        (await reloader.prepare(config))();

        expect(await verifier.verify(await secure.token())).toMatchObject(ACCEPTED);
      } finally {
        await secure.stop();
      }
    });
  });

  describe('SignInDirectory', () => {
    const signIn = async (oauth: object, provider: Partial<ProviderConfig> = {}) => {
      const config = authConfig([issuer.config(provider)], oauth);
      const verifier = await verifierOf(config.oauth?.providers ?? []);
      const directory = new SignInDirectory(new AuthSettings(config), verifier);
      return { client: directory.client, endpoints: await directory.find() };
    };

    it('finds where to sign in', async () => {
      expect(await signIn({ swaggerClientId: 'docs' })).toEqual({
        client: { clientId: 'docs', audience: issuer.audience },
        endpoints: { authorizationUrl: `${issuer.url}/authorize`, tokenUrl: `${issuer.url}/token` },
      });
    });

    it('finds nothing without a client, or with a provider that is not to be discovered or cannot be', async () => {
      expect(await signIn({})).toEqual({ client: undefined, endpoints: undefined });
      const configured = await signIn({ swaggerClientId: 'docs' }, { jwksUrl: `${issuer.url}/keys` });
      expect(configured.endpoints).toBeUndefined();
      expect(issuer.requests).toEqual([]);
      issuer.status = 503;
      expect((await signIn({ swaggerClientId: 'docs' })).endpoints).toBeUndefined();
    });
  });
});
