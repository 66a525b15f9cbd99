import { Controller, Get, Global, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthModule } from '../../src/auth/auth.module.js';
import { AuthSettings } from '../../src/auth/auth-settings.js';
import { createAuthenticationMiddleware } from '../../src/auth/authentication.middleware.js';
import type { Caller } from '../../src/auth/caller.js';
import { CurrentCaller } from '../../src/auth/current-caller.decorator.js';
import { PUBLIC_REGISTRIES } from '../../src/auth/public-registries.js';
import { RequestAuthenticator } from '../../src/auth/request-authenticator.js';
import { Roles } from '../../src/auth/roles.decorator.js';
import { SignInDirectory } from '../../src/auth/sign-in.js';
import { PathParam } from '../../src/common/http/path-param.decorator.js';
import type { AuthConfig } from '../../src/config/config.js';
import { OpenApiModule } from '../../src/openapi/openapi.module.js';
import { listen, type Listener } from '../../src/operations/listener.js';
import { createPublicListener } from '../../src/operations/public-listener.js';
import { TestIssuer } from '../harness/issuer.js';
import { rawRequest } from '../harness/raw-request.js';

@Roles('manageSources')
@Controller('v1/sources')
class SourcesController {
  @Get()
  list(): object {
    return { sources: [] };
  }

  @Get(':name')
  get(@PathParam('name') name: string): object {
    return { name };
  }
}

@Controller('registry/:registryName/v0.1/servers')
class ServersController {
  @Get()
  list(@CurrentCaller() caller: Caller | undefined): object {
    return { caller: caller?.subject ?? null };
  }
}

@Global()
@Module({
  imports: [OpenApiModule],
  controllers: [SourcesController, ServersController],
  providers: [{ provide: PUBLIC_REGISTRIES, useValue: { isPublic: (name: string) => name === 'open/air' } }],
  exports: [PUBLIC_REGISTRIES],
})
class RoutesModule {}

@Module({})
class ServerModule {}

const signInOf = (directory: SignInDirectory) =>
  directory.client ? { signIn: { ...directory.client, find: () => directory.find() } } : {};

async function start(config: AuthConfig): Promise<{ listener: Listener; url: string }> {
  const imports = [AuthModule.register(config, { insecureUrl: true }), RoutesModule];
  const listener = await createPublicListener({ module: ServerModule, imports }, { compress: false }, (made) => ({
    observers: [],
    authentication: [
      createAuthenticationMiddleware(made.app.get(RequestAuthenticator), made.app.get(AuthSettings), made.reply),
    ],
    ...signInOf(made.app.get(SignInDirectory)),
  }));
  const port = await listen(listener, { host: '127.0.0.1', port: 0 }, 'address');
  return { listener, url: `http://127.0.0.1:${port}` };
}

const CHALLENGE = (error: string, description: string) =>
  `Bearer realm="mcp-registry", error="${error}", error_description="${description}", ` +
  'resource_metadata="https://registry.example/base/.well-known/oauth-protected-resource"';

describe('authentication over HTTP', () => {
  let issuer: TestIssuer;
  let server: Awaited<ReturnType<typeof start>>;
  let anonymous: Awaited<ReturnType<typeof start>>;
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const get = async (path: string, claims?: Record<string, unknown>) =>
    rawRequest(server.url, 'GET', path, claims ? bearer(await issuer.token(claims)) : {});

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    [server, anonymous] = await Promise.all([
      start({
        mode: 'oauth',
        publicPaths: ['/v1/sources/public'],
        oauth: { realm: 'mcp-registry', resourceUrl: 'https://registry.example/base', providers: [issuer.config()] },
        authz: {
          roles: {
            superAdmin: [{ role: 'root' }],
            manageSources: [{ role: 'admin' }],
            manageRegistries: [],
            manageEntries: [{ role: 'admin' }],
          },
        },
      }),
      start({ mode: 'anonymous', publicPaths: [] }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server.listener.app.close(), anonymous.listener.app.close(), issuer.stop()]);
  });

  it.each([
    ['/v1/me', undefined, 'invalid_request', 'missing or malformed authorization header'],
    ['/v1/me', 'Basic x', 'invalid_request', 'missing or malformed authorization header'],
    ['/v1/me', 'Bearer x', 'invalid_token', 'token validation failed'],
    ['/nope', undefined, 'invalid_request', 'missing or malformed authorization header'],
    ['/', 'Bearer x', 'invalid_token', 'token validation failed'],
  ])('answers %s with the header %s by a challenge', async (path, authorization, error, description) => {
    const answer = await rawRequest(server.url, 'GET', path, authorization ? { headers: { authorization } } : {});

    expect([answer.status, answer.text]).toEqual([401, `{"error":"${description}"}\n`]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'www-authenticate': CHALLENGE(error, description),
      'x-request-id': expect.any(String),
    });
  });

  it.each(['PUT', 'DELETE', 'POST', 'PATCH', 'OPTIONS', 'HEAD'])(
    'asks for a token whatever the method: %s',
    async (method) => {
      expect((await rawRequest(server.url, method, '/v1/sources/x')).status).toBe(401);
    },
  );

  it('answers unknown paths and other methods by routing once there is a token', async () => {
    const headers = bearer(await issuer.token());

    expect((await get('/nope', {})).status).toBe(404);
    expect((await rawRequest(server.url, 'DELETE', '/v1/me', headers)).status).toBe(405);
  });

  it('tells callers who they are', async () => {
    expect((await get('/v1/me', { role: ['admin', 'root'] })).json).toEqual({
      subject: 'someone',
      roles: ['superAdmin', 'manageSources', 'manageEntries'],
    });
    expect((await get('/v1/me', { sub: undefined })).json).toEqual({ subject: '', roles: [] });
    expect((await get('/v1/me', { sub: 42 })).json).toEqual({ subject: '', roles: [] });
  });

  it('asks for the role before it looks at the path', async () => {
    for (const path of ['/v1/sources', '/v1/sources/x', '/v1/sources/%20']) {
      const answer = await get(path, { role: 'reader' });
      expect([answer.status, answer.json]).toEqual([403, { error: 'forbidden: insufficient permissions' }]);
      expect(answer.headers['www-authenticate']).toBeUndefined();
    }
    expect((await get('/v1/sources/%20', { role: 'admin' })).status).toBe(400);
    expect((await get('/v1/sources', { role: 'admin' })).status).toBe(200);
    expect((await get('/v1/sources', { role: 'root' })).status).toBe(200);
  });

  it('lets a public path pass without a caller, role gate included', async () => {
    expect((await get('/v1/sources/public')).json).toEqual({ name: 'public' });
    expect((await rawRequest(server.url, 'GET', '/v1/sources/public', bearer('garbage'))).status).toBe(200);
  });

  it('serves the consumer routes of a public registry without a token, and its other paths not', async () => {
    const path = '/registry/open%2Fair/v0.1/servers';

    expect((await get(path)).json).toEqual({ caller: null });
    expect((await get(path, { sub: 'somebody' })).json).toEqual({ caller: 'somebody' });
    expect((await rawRequest(server.url, 'GET', path, bearer('garbage'))).status).toBe(401);
    expect((await get('/registry/open%2Fair/v0.1/nope')).status).toBe(401);
    expect((await get('/registry/open/air/v0.1/servers')).status).toBe(401);
    expect((await get('/registry/other/v0.1/servers')).status).toBe(401);
  });

  it('says of refusals of consumer routes too that they depend on the token', async () => {
    const vary = async (path: string) => (await rawRequest(server.url, 'GET', path)).headers['vary'];

    expect([await vary('/registry/closed/v0.1/servers'), await vary('/v1/me')]).toEqual(['Authorization', undefined]);
  });

  it('answers 503 while the provider of a token is away', async () => {
    const other = await TestIssuer.start();
    await other.stop();
    const config: AuthConfig = { mode: 'oauth', publicPaths: [], oauth: { realm: 'r', providers: [other.config()] } };
    const { listener, url } = await start(config);
    try {
      const answer = await rawRequest(url, 'GET', '/v1/me', bearer(await other.token()));

      expect([answer.status, answer.text]).toEqual([503, '{"error":"identity provider unavailable"}\n']);
      expect(answer.headers).toMatchObject({ 'retry-after': '5', 'content-type': 'application/json' });
      expect(answer.headers['www-authenticate']).toBeUndefined();
    } finally {
      await listener.app.close();
    }
  });

  it.each(['GET', 'POST', 'OPTIONS', 'DELETE'])(
    'answers %s of the protected resource document to anybody',
    async (method) => {
      const answer = await rawRequest(server.url, method, '/.well-known/oauth-protected-resource', bearer('garbage'));

      expect([answer.status, answer.json]).toEqual([
        200,
        {
          resource: 'https://registry.example/base',
          authorization_servers: [issuer.url],
          bearer_methods_supported: ['header'],
        },
      ]);
    },
  );

  it.each(['/.well-known', '/.well-known/openid-configuration', '/.well-known/oauth-protected-resource/base'])(
    'knows nothing at %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('has no caller and no protected resource in anonymous mode', async () => {
    const headers = bearer(await issuer.token({ role: 'root' }));
    const me = await rawRequest(anonymous.url, 'GET', '/v1/me', headers);

    expect([me.status, me.text]).toEqual([401, '{"error":"authentication required"}\n']);
    expect(me.headers['www-authenticate']).toBeUndefined();
    expect((await rawRequest(anonymous.url, 'GET', '/v1/sources', bearer('garbage'))).status).toBe(200);
    expect((await rawRequest(anonymous.url, 'GET', '/.well-known/oauth-protected-resource')).status).toBe(404);
    expect((await rawRequest(anonymous.url, 'POST', '/.well-known/oauth-protected-resource')).status).toBe(404);
  });

  describe('Swagger UI', () => {
    it('signs in with the provider where a client is configured, and the API document stays as it is', async () => {
      const providers = [issuer.config()];
      const oauth = { realm: 'r', swaggerClientId: 'registry-docs', providers };
      const { listener, url } = await start({ mode: 'oauth', publicPaths: [], oauth });
      try {
        const page = await rawRequest(url, 'GET', '/docs');
        expect([page.status, page.headers['location']]).toEqual([302, './docs/']);
        expect((await rawRequest(url, 'GET', '/docs/oauth2-redirect.html')).status).toBe(200);
        expect((await rawRequest(url, 'GET', '/docs/')).text).toContain('swagger-ui-init.js');

        const { text } = await rawRequest(url, 'GET', '/docs/swagger-ui-init.js');
        expect(text).toContain(`"authorizationUrl": "${issuer.url}/authorize"`);
        expect(text).toContain('"clientId": "registry-docs"');
        expect(text).toContain('"usePkceWithAuthorizationCodeGrant": true');

        const { json } = await rawRequest(url, 'GET', '/openapi.json');
        expect(Object.keys(json.components.securitySchemes)).toEqual(['BearerAuth']);
      } finally {
        await listener.app.close();
      }
    });

    it('takes a pasted token only where no client is configured', async () => {
      expect((await get('/docs')).status).toBe(200);
      expect((await get('/docs/swagger-ui-init.js')).text).not.toContain('authorizationUrl');
    });
  });
});
