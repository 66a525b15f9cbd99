import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** What a person's (or a service's) access tokens say besides what every token says. */
export type TokenExtras = Readonly<Record<string, unknown>>;

const AUDIENCE = 'api://registry';
const REDIRECT_URI = 'http://127.0.0.1:1/callback';
const WEB_CLIENT = 'registry-ui';
const MAX_STEPS = 12;

function newSigningKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

/** Keeps the cookies of one person's browser. */
class Browser {
  readonly #cookies = new Map<string, string>();

  /** Sends a request with the cookies; redirects are given back, not followed. */
  async send(url: string, form?: Record<string, string>): Promise<{ location: string | undefined; text: string }> {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s);
      this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const text = await response.text();
    if (response.status >= 400) throw new Error(`${url} answered ${response.status}: ${text}`);
    return { location: location === null ? undefined : new URL(location, url).href, text };
  }
}

/**
 * A real OpenID provider on loopback: people sign in by authorisation code with PKCE through its pages, services get
 * tokens by client credentials, and its keys can be rotated. Access tokens are JWTs for the audience `api://registry`.
 */
export class OidcProvider {
  readonly audience = AUDIENCE;
  readonly #people: ReadonlyMap<string, TokenExtras>;
  readonly #services: ReadonlyMap<string, TokenExtras>;
  #keys = [newSigningKey()];
  #listener: RequestListener = (_request, response) => response.end();

  private constructor(
    readonly issuer: string,
    claims: { people: Record<string, TokenExtras>; services: Record<string, TokenExtras> },
    /** Stops listening and drops all connections. */
    readonly stop: () => Promise<void>,
  ) {
    this.#people = new Map(Object.entries(claims.people));
    this.#services = new Map(Object.entries(claims.services));
    this.configure();
  }

  /** @param claims - what the tokens of people (by login) and services (by client id) say */
  static async start(claims: {
    people?: Record<string, TokenExtras>;
    services?: Record<string, TokenExtras>;
  }): Promise<OidcProvider> {
    const server = createServer((request, response) => provider.#listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const provider = new OidcProvider(
      `http://127.0.0.1:${port}`,
      { people: claims.people ?? {}, services: claims.services ?? {} },
      async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    );
    return provider;
  }

  /** The `providers` entry of a configuration file. */
  configuration(extra: Record<string, unknown> = {}): Record<string, unknown> {
    return { name: 'oidc', issuerUrl: this.issuer, audience: AUDIENCE, allowPrivateIP: true, ...extra };
  }

  /** Signs with a new key from now on; the old one is no longer published. */
  rotateKeys(): void {
    this.#keys = [newSigningKey()];
    this.configure();
  }

  /** Signs a person in as a browser does, consent included, and gives the access token. */
  async signIn(login: string): Promise<string> {
    const verifier = randomBytes(32).toString('base64url');
    const parameters = new URLSearchParams({
      client_id: WEB_CLIENT,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid registry',
      resource: AUDIENCE,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const code = await this.authorize(`${this.issuer}/auth?${parameters.toString()}`, login);
    return this.requestToken({
      grant_type: 'authorization_code',
      client_id: WEB_CLIENT,
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      resource: AUDIENCE,
    });
  }

  /** Gives a service's access token. */
  clientCredentials(clientId: string): Promise<string> {
    return this.requestToken({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: `secret of ${clientId}`,
      resource: AUDIENCE,
      scope: 'registry',
    });
  }

  private async authorize(start: string, login: string): Promise<string> {
    const browser = new Browser();
    let page = await browser.send(start);
    for (let step = 0; step < MAX_STEPS; step++) {
      const { location } = page;
      if (location?.startsWith(REDIRECT_URI)) {
        const code = new URL(location).searchParams.get('code');
        if (code === null) throw new Error(`signing in ended at ${location}`);
        return code;
      }
      page = location ? await browser.send(location) : await this.submitForm(browser, page.text, login);
    }
    throw new Error('signing in leads nowhere');
  }

  private submitForm(browser: Browser, html: string, login: string): ReturnType<Browser['send']> {
    const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(html)?.[1];
    if (action === undefined || prompt === undefined) throw new Error(`no form to fill in: ${html}`);
    return browser.send(new URL(action, this.issuer).href, prompt === 'login' ? { prompt, login } : { prompt });
  }

  private async requestToken(form: Record<string, string>): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
    const answer = (await response.json()) as { access_token?: string };
    if (!answer.access_token) throw new Error(`no token: ${JSON.stringify(answer)}`);
    return answer.access_token;
  }

  private configure(): void {
    const services = [...this.#services.keys()].map((clientId) => ({
      client_id: clientId,
      client_secret: `secret of ${clientId}`,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    }));
    const resource = {
      scope: 'registry',
      audience: AUDIENCE,
      accessTokenFormat: 'jwt',
      accessTokenTTL: 3600,
      jwt: { sign: { alg: 'RS256' } },
    };
    const provider = new Provider(this.issuer, {
      jwks: { keys: this.#keys },
      cookies: { keys: ['of the test'] },
      scopes: ['openid', 'registry'],
      ttl: {
        Session: 3600,
        Interaction: 600,
        Grant: 3600,
        AccessToken: 3600,
        AuthorizationCode: 60,
        IdToken: 3600,
        ClientCredentials: 3600,
      },
      findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
      features: {
        devInteractions: { enabled: true },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => AUDIENCE,
          useGrantedResource: () => true,
          getResourceServerInfo: () => resource,
        },
      },
      extraTokenClaims: (_context: unknown, token: { accountId?: string; clientId?: string }) =>
        token.accountId === undefined ? this.#services.get(token.clientId ?? '') : this.#people.get(token.accountId),
      clients: [
        {
          client_id: WEB_CLIENT,
          application_type: 'native',
          token_endpoint_auth_method: 'none',
          redirect_uris: [REDIRECT_URI],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
        ...services,
      ],
    });
    this.#listener = provider.callback();
  }
}
