import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import type { ProviderConfig } from '../../src/config/config.js';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from './test-certificate.js';

/** A signing key and what is published of it. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** A fresh key for a signature algorithm; `members` are added to what is published. */
export function newIssuerKey(alg = 'ES256', members: Record<string, unknown> = {}): IssuerKey {
  const namedCurve = CURVES[alg];
  const { publicKey, privateKey } = namedCurve
    ? generateKeyPairSync('ec', { namedCurve })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig', ...members } };
}

/** A request that the issuer received. */
export interface IssuerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * An identity provider of one's own on loopback, with everything adjustable while it runs: what it publishes, how it
 * answers, and tokens with any claims. For well-behaved sign-ins use a real provider (`oidc-provider.ts`).
 */
export class TestIssuer {
  readonly audience = 'api://registry';
  readonly requests: IssuerRequest[] = [];
  keys: IssuerKey[] = [newIssuerKey()];
  /** Status of discovery and keys. */
  status = 200;
  delayMs = 0;
  /** Members that override those of the discovery document. */
  discovery: Record<string, unknown> = {};
  /** Paths that are answered with a redirect. */
  readonly redirects = new Map<string, string>();
  introspect: (token: string) => Record<string, unknown> = () => ({ active: false });

  private constructor(
    readonly url: string,
    /** Stops listening and drops all connections. */
    readonly stop: () => Promise<void>,
  ) {}

  static async start({ tls = false }: { tls?: boolean } = {}): Promise<TestIssuer> {
    const listener: RequestListener = (request, response) => {
      void issuer.answer(request, response);
    };
    const server = tls
      ? createHttpsServer({ cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY }, listener)
      : createHttpServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const issuer = new TestIssuer(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return issuer;
  }

  /** How many requests a path has had. */
  count(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  /** The provider's configuration. */
  config(overrides: Partial<ProviderConfig> = {}): ProviderConfig {
    return {
      name: 'test',
      issuerUrl: this.url,
      audience: this.audience,
      allowPrivateIp: true,
      claimMappings: {},
      clockSkewMs: 0,
      ...overrides,
    };
  }

  /** A token that is good for an hour, unless `claims` say otherwise; undefined ones are left out. */
  token(claims: Record<string, unknown> = {}, key?: IssuerKey): Promise<string> {
    const signer = key ?? this.keys[0]!;
    const now = Math.floor(Date.now() / 1000);
    const body = { iss: this.url, aud: this.audience, sub: 'someone', iat: now, exp: now + 3600, ...claims };
    return new SignJWT(body).setProtectedHeader({ alg: signer.alg, kid: signer.kid }).sign(signer.privateKey);
  }

  private async answer(...[request, response]: Parameters<RequestListener>): Promise<void> {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    this.requests.push({ method, path: url, headers, body });
    await sleep(this.delayMs);
    const location = this.redirects.get(url);
    if (location !== undefined) {
      response.writeHead(302, { location }).end();
      return;
    }
    const answers: Readonly<Record<string, () => object>> = {
      '/.well-known/openid-configuration': () => ({
        issuer: this.url,
        jwks_uri: `${this.url}/keys`,
        authorization_endpoint: `${this.url}/authorize`,
        token_endpoint: `${this.url}/token`,
        ...this.discovery,
      }),
      '/keys': () => ({ keys: this.keys.map(({ jwk }) => jwk) }),
      '/introspect': () => this.introspect(new URLSearchParams(body).get('token') ?? ''),
    };
    const found = answers[url];
    response.writeHead(found ? this.status : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found?.() ?? {}));
  }
}
