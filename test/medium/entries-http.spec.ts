import { Global, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthModule } from '../../src/auth/auth.module.js';
import type { Role } from '../../src/auth/caller.js';
import { setCaller } from '../../src/auth/current-caller.decorator.js';
import { PUBLIC_REGISTRIES } from '../../src/auth/public-registries.js';
import type { Middleware } from '../../src/common/http/request-context.js';
import { REGISTRY_CONFIG } from '../../src/config/config.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { EntriesModule } from '../../src/entries/entries.module.js';
import { OpenApiModule } from '../../src/openapi/openapi.module.js';
import { listen, type Listener } from '../../src/operations/listener.js';
import { createPublicListener } from '../../src/operations/public-listener.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { insertSource } from '../harness/entries.js';
import { rawRequest, type RawAnswer } from '../harness/raw-request.js';

@Global()
@Module({
  providers: [
    { provide: REGISTRY_CONFIG, useValue: { database: { maxMetaSize: 1000 } } },
    { provide: PUBLIC_REGISTRIES, useValue: { isPublic: () => false } },
  ],
  exports: [REGISTRY_CONFIG, PUBLIC_REGISTRIES],
})
class GlobalsModule {}

@Module({})
class ServerModule {}

/** The caller's role stands in a header; without it the request is anonymous. */
const authenticateByHeader: Middleware = (request, _response, next) => {
  const role = request.headers['x-role'] as Role | undefined;
  if (role) setCaller(request, { subject: 's', displayName: '', claims: { org: 'acme' }, roles: new Set([role]) });
  next();
};

describe('the publishing API', () => {
  let db: TestDatabase;
  let listener: Listener;
  let url: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    const imports = [
      GlobalsModule,
      DatabaseModule.register(db.connection),
      AuthModule.register(
        {
          mode: 'oauth',
          publicPaths: [],
          oauth: { realm: 'r', providers: [] },
          authz: { roles: { superAdmin: [], manageSources: [], manageRegistries: [], manageEntries: [] } },
        },
        { insecureUrl: true },
      ),
      EntriesModule,
      OpenApiModule,
    ];
    listener = await createPublicListener({ module: ServerModule, imports }, { compress: false }, () => ({
      observers: [],
      authentication: [authenticateByHeader],
    }));
    url = `http://127.0.0.1:${await listen(listener, { host: '127.0.0.1', port: 0 }, 'address')}`;
  });
  afterAll(async () => {
    await listener.app.close();
    await db.drop();
  });
  beforeEach(async () => {
    await db.runner.query('DELETE FROM source');
    await insertSource(db, { kind: 'managed', claims: { org: 'acme' } });
  });

  const send = (method: string, path: string, body?: unknown, role: Role = 'manageEntries'): Promise<RawAnswer> =>
    rawRequest(url, method, path, {
      headers: { 'x-role': role },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const publish = (body: unknown, role?: Role) => send('POST', '/v1/entries', body, role);
  const CLAIMS = { org: 'acme' };
  const SERVER = { name: 'io.example/a', version: '1.0.0', vendor: { z: 1, a: '' } };
  const path = '/v1/entries/server/io.example%2Fa';

  it('publishes, shows and changes claims, and deletes', async () => {
    const published = await publish({ server: SERVER, claims: CLAIMS });
    const shown = await send('GET', `${path}/claims`);
    const changed = await send('PUT', `${path}/claims`, { claims: { org: ['acme'] } });
    const deleted = await send('DELETE', `${path}/versions/1.0.0`);
    const gone = await send('GET', `${path}/claims`);

    expect([published.status, published.headers['content-type']]).toEqual([201, 'application/json']);
    expect(published.text).toMatch(/^\{.*\}\n$/);
    expect(published.json).toMatchObject({ ...SERVER, description: '', _meta: {} });
    expect([shown.status, shown.json]).toEqual([200, { claims: CLAIMS }]);
    for (const answer of [changed, deleted]) {
      expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([204, '', undefined]);
    }
    expect([gone.status, gone.json]).toEqual([404, { error: 'not found: io.example/a' }]);
  });

  it('publishes skills with what the registry says about them', async () => {
    const answer = await publish({ skill: { namespace: 'io.example', name: 'a', version: '1.0.0' }, claims: CLAIMS });

    expect([answer.status, answer.json]).toMatchObject([201, { status: 'ACTIVE', repository: {}, isLatest: true }]);
  });

  it.each([
    ['POST', '/v1/entries', '{'],
    ['DELETE', '/v1/entries/server/%20/versions/1', undefined],
    ['GET', '/v1/entries/bogus/x/claims', undefined],
    ['PUT', '/v1/entries/server/x/claims', '{'],
  ])('asks for the role first: %s %s', async (method, target, body) => {
    const answer = await send(method, target, body, 'manageSources');

    expect([answer.status, answer.json]).toEqual([403, { error: 'forbidden: insufficient permissions' }]);
  });

  it.each([
    ['DELETE', '/v1/entries/bogus/%20/versions/1', 'name cannot be empty'],
    ['DELETE', '/v1/entries/bogus/a%20b/versions/1', 'name cannot contain whitespace'],
    ['DELETE', '/v1/entries/server/x/versions/%09', 'version cannot be empty'],
    ['GET', '/v1/entries/%20/x/claims', 'type cannot be empty'],
    ['GET', '/v1/entries/server/%00/claims', /name/],
    ['DELETE', '/v1/entries/mcp/x/versions/1', "unsupported entry type: must be 'server', 'skill', or 'plugin'"],
    ['GET', '/v1/entries/mcp/x/claims', 'invalid entry type: must be "server", "skill", or "plugin"'],
  ])('refuses %s %s', async (method, target, message) => {
    const answer = await send(method, target);

    expect(answer.status).toBe(400);
    if (typeof message === 'string') expect(answer.json).toEqual({ error: message });
    else expect(answer.json.error).toMatch(message);
  });

  it.each<[string | object, RegExp]>([
    ['', /^invalid request body: /],
    ['[]', /^invalid request body: /],
    ['{} x', /^invalid request body: /],
    ['null', /^exactly one of/],
    [{ server: null }, /^exactly one of/],
    [{ server: 'x' }, /^invalid request body: server must be an object$/],
    [{ server: SERVER, claims: ['x'] }, /^invalid request body: claims must be an object$/],
    [{ server: SERVER, claims: null }, /^claims are required/],
    [{ server: { ...SERVER, description: 'a\u0000b' } }, /^invalid request body: server\.description /],
    [`{"server":{"name":"io.example/a","version":"1.0.0","count":9007199254740993}}`, /count/],
  ])('refuses to publish %j', async (body, message) => {
    const answer = await publish(body);

    expect(answer.status).toBe(400);
    expect(answer.json.error).toMatch(message);
  });

  it.each(['{', '', '[]', '"x"', '{"claims":[]}', '{"claims":"x"}', '{}', 'null', '{"claims":null}'])(
    'refuses the claims body %j and keeps the claims',
    async (body) => {
      await publish({ server: SERVER, claims: CLAIMS });

      const answer = await send('PUT', `${path}/claims`, body);

      expect(answer.status).toBe(400);
      expect(answer.json.error).toMatch(/^invalid request body: /);
      expect((await send('GET', `${path}/claims`)).json).toEqual({ claims: CLAIMS });
    },
  );

  it('does not take a name with a literal slash', async () => {
    expect((await send('GET', '/v1/entries/server/io.example/a/claims')).status).toBe(404);
  });

  it('describes its routes, their bodies and their errors', async () => {
    const { json } = await rawRequest(url, 'GET', '/openapi.json');

    expect(Object.keys(json.paths['/v1/entries'].post.responses)).toEqual(
      expect.arrayContaining(['201', '400', '401', '403', '409', '413', '503']),
    );
    const remove = json.paths['/v1/entries/{type}/{name}/versions/{version}'].delete;
    expect(remove.parameters.map((parameter: { name: string }) => parameter.name).toSorted()).toEqual([
      'name',
      'type',
      'version',
    ]);
    expect(Object.keys(json.paths['/v1/entries/{type}/{name}/claims'])).toEqual(['get', 'put']);
    expect(json.components.schemas.PublishEntryRequest.required).toBeUndefined();
  });
});
