import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { Controller, Delete, Get, Module, Put } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictError, UnavailableError } from '../../src/common/errors.js';
import { JsonBody } from '../../src/common/http/json-body.decorator.js';
import { JsonBytes } from '../../src/common/http/json-bytes.js';
import { PathParam } from '../../src/common/http/path-param.decorator.js';
import { OpenApiModule } from '../../src/openapi/openapi.module.js';
import { listen, type Listener } from '../../src/operations/listener.js';
import { createPublicListener } from '../../src/operations/public-listener.js';
import { rawRequest } from '../harness/raw-request.js';

class ThingBody {
  @IsOptional()
  @IsString({ message: 'title must be a string' })
  title?: string;

  @IsOptional()
  document?: Record<string, unknown>;
}

@Controller('v1/things')
class ThingsController {
  @Get()
  list(): object {
    return { things: [] };
  }

  @Get(':name')
  get(@PathParam('name') name: string): object {
    if (name === 'broken') throw new Error('SELECT secret FROM table');
    if (name === 'conflict') throw new ConflictError('thing conflict: conflict');
    if (name === 'away') throw new UnavailableError('away', { retryAfterSeconds: 5 });
    return { name };
  }

  @Get(':name/parts/:part')
  part(@PathParam('name') name: string, @PathParam('part') part: string): object {
    return { name, part };
  }

  @Put(':name')
  put(@PathParam('name') name: string, @JsonBody(ThingBody) body: ThingBody): object {
    return { name, ...body };
  }

  @Delete(':name')
  remove(): void {}
}

@Controller('registry/:registryName/v0.1/x/dev.toolhive/skills')
class PagesController {
  static readonly page = new JsonBytes(Buffer.from(JSON.stringify({ skills: [], padding: 'x'.repeat(2000) })), {
    conditional: true,
  });

  @Get()
  page(): JsonBytes {
    return PagesController.page;
  }
}

@Module({ imports: [OpenApiModule], controllers: [ThingsController, PagesController] })
class ThingsModule {}

async function start(compress: boolean): Promise<{ listener: Listener; url: string }> {
  const listener = await createPublicListener({ module: ThingsModule }, { compress }, () => ({
    observers: [],
    authentication: [],
  }));
  const port = await listen(listener, { host: '127.0.0.1', port: 0 }, 'address');
  return { listener, url: `http://127.0.0.1:${port}` };
}

describe('the public listener', () => {
  let plain: Awaited<ReturnType<typeof start>>;
  let compressing: Awaited<ReturnType<typeof start>>;
  const page = '/registry/r/v0.1/x/dev.toolhive/skills';

  beforeAll(async () => {
    [plain, compressing] = await Promise.all([start(false), start(true)]);
  });
  afterAll(async () => {
    await Promise.all([plain.listener.app.close(), compressing.listener.app.close()]);
  });

  it('answers JSON without a charset, with a newline and the headers of every answer', async () => {
    const answer = await rawRequest(plain.url, 'GET', '/v1/things');

    expect(answer.text).toBe('{"things":[]}\n');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-length': '14',
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['etag']).toBeUndefined();
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  it.each(['/', '/nope', '/v1/things/', '/v1//things', '/V1/things', '/v1/things/a/b', '/docs2'])(
    'does not know %s',
    async (path) => {
      const answer = await rawRequest(plain.url, 'GET', path);

      expect([answer.status, answer.json]).toEqual([404, { error: 'not found' }]);
    },
  );

  it.each([
    ['PATCH', '/v1/things/x', 'GET, PUT, DELETE'],
    ['HEAD', '/v1/things', 'GET'],
    ['OPTIONS', '/v1/things', 'GET'],
    ['POST', page, 'GET, HEAD, OPTIONS'],
    ['POST', '/openapi.json', 'GET, HEAD'],
  ])('refuses %s %s and lists %s', async (method, path, allow) => {
    const answer = await rawRequest(plain.url, method, path);

    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(answer.json).toEqual({ error: 'method not allowed' });
  });

  it('answers HEAD as GET without a body, and preflight requests with 204', async () => {
    const head = await rawRequest(plain.url, 'HEAD', page);
    const preflight = await rawRequest(plain.url, 'OPTIONS', page, { headers: { origin: 'https://ide.example' } });

    expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', 'application/json']);
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, OPTIONS',
      'access-control-allow-headers': 'Authorization, Content-Type',
    });
  });

  it('takes the trailing slash of an extension list, and of nothing else', async () => {
    expect((await rawRequest(plain.url, 'GET', `${page}/?limit=1`)).status).toBe(200);
    expect((await rawRequest(plain.url, 'GET', `${page}//`)).status).toBe(404);
  });

  it.each([
    ['/v1/things/%20', 'name cannot be empty'],
    ['/v1/things/a%20b', 'name cannot contain whitespace'],
    ['/v1/things/%ZZ', 'invalid URL encoding in name'],
    ['/v1/things/%ff', 'invalid URL encoding in name'],
    ['/v1/things/%20/parts/%20', 'name cannot be empty'],
    ['/v1/things/a/parts/%20', 'part cannot be empty'],
    ['/v1/things/a%00', 'name cannot contain U+0000'],
    ['/registry//v0.1/x/dev.toolhive/skills', 'registryName cannot be empty'],
  ])('refuses the parameter of %s', async (path, error) => {
    const answer = await rawRequest(plain.url, 'GET', path);

    expect([answer.status, answer.json]).toEqual([400, { error }]);
  });

  it('decodes parameters exactly once', async () => {
    expect((await rawRequest(plain.url, 'GET', '/v1/things/a%252Fb')).json).toEqual({ name: 'a%2Fb' });
    expect((await rawRequest(plain.url, 'GET', '/v1/things/a%2Fb')).json).toEqual({ name: 'a/b' });
  });

  it('turns domain errors into their status, and hides what is unexpected', async () => {
    const conflict = await rawRequest(plain.url, 'GET', '/v1/things/conflict');
    const away = await rawRequest(plain.url, 'GET', '/v1/things/away');
    const broken = await rawRequest(plain.url, 'GET', '/v1/things/broken');

    expect([conflict.status, conflict.json]).toEqual([409, { error: 'thing conflict: conflict' }]);
    expect([away.status, away.headers['retry-after']]).toEqual([503, '5']);
    expect([broken.status, broken.text]).toEqual([500, '{"error":"internal server error"}\n']);
  });

  it('keeps a sensible request id and replaces others', async () => {
    const id = async (sent?: string) =>
      (await rawRequest(plain.url, 'GET', '/nope', sent ? { headers: { 'x-request-id': sent } } : {})).headers[
        'x-request-id'
      ];

    expect(await id('trace-1.a/b:c=+_')).toBe('trace-1.a/b:c=+_');
    for (const bad of ['a b', '<script>', 'x'.repeat(129), undefined]) expect(await id(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });

  describe('request bodies', () => {
    const put = (body: string | Buffer, headers = {}) =>
      rawRequest(plain.url, 'PUT', '/v1/things/x', { body, headers });

    it('hands on documents verbatim, ignores unknown members, and takes null for absent', async () => {
      const document = { a: null, b: [{ c: 1.5 }], d: { e: false } };
      const answer = await put(JSON.stringify({ title: null, other: 1, document }), { 'content-type': 'text/plain' });

      expect(answer.json).toMatchObject({ name: 'x', document });
      expect(answer.json.title).toBeUndefined();
      expect((await put('null')).status).toBe(200);
    });

    it.each(['', '{', '[]', '[1]', '"x"', '7', 'true', '\ufeff{}', '{"a":1,}', "{'a':1}", '{} x', '{"title":5}'])(
      'refuses %j',
      async (body) => {
        const answer = await put(body);

        expect(answer.status).toBe(400);
        expect(answer.json.error).toMatch(/^invalid request body: ./);
      },
    );

    it('takes members that are named like those of every object', async () => {
      const document = '{"__proto__":{"a":1},"constructor":{"prototype":[]},"x":[{"constructor":1,"toString":2}]}';

      const answer = await put(`{"title":"t","document":${document},"constructor":5,"unknown":{"constructor":{}}}`);

      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.json.document)).toBe(document);
    });

    it('refuses other encodings, U+0000 and integers that would change', async () => {
      for (const body of [
        Buffer.from([0x7b, 0xff, 0x7d]),
        String.raw`{"title":"\u0000"}`,
        '{"document":{"count":9007199254740993}}',
      ]) {
        expect((await put(body)).status).toBe(400);
      }
      expect((await put('{"document":{"count":9007199254740993}}')).json.error).toContain('document.count');
    });

    it('refuses bodies above 16 MiB and serves the next request', async () => {
      const large = await put(Buffer.alloc(17 * 1024 * 1024, 0x20)).catch((error: NodeJS.ErrnoException) => error);

      if (large instanceof Error) expect(['EPIPE', 'ECONNRESET']).toContain(large.code);
      else expect([large.status, large.json]).toEqual([413, { error: 'request body too large' }]);
      expect((await put('{}')).status).toBe(200);
    });

    it('survives a body that is cut off', async () => {
      const { port, hostname } = new URL(plain.url);
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write('PUT /v1/things/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"title":');
          setTimeout(() => socket.destroy(), 50);
        });
        socket.on('close', () => resolve());
      });

      expect((await put('{}')).status).toBe(200);
    });
  });

  describe('conditional requests and content coding', () => {
    it('answers 304 to the ETag of any form', async () => {
      const { headers } = await rawRequest(plain.url, 'GET', page);
      const again = await rawRequest(plain.url, 'GET', page, { headers: { 'if-none-match': headers.etag ?? '' } });

      expect(headers.etag).toMatch(/^"[^"]+"$/);
      expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
      expect((await rawRequest(plain.url, 'GET', page, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
    });

    it('compresses when told to and asked to, errors as well', async () => {
      const gzip = { headers: { 'accept-encoding': 'gzip' } };
      const zipped = await rawRequest(compressing.url, 'GET', page, gzip);
      const error = await rawRequest(compressing.url, 'GET', '/nope', gzip);

      expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
      expect(gunzipSync(zipped.bytes)).toEqual(PagesController.page.bytes);
      expect(JSON.parse(gunzipSync(error.bytes).toString())).toEqual({ error: 'not found' });
      expect((await rawRequest(compressing.url, 'GET', page)).headers['content-encoding']).toBeUndefined();
      expect((await rawRequest(plain.url, 'GET', page, gzip)).headers['content-encoding']).toBeUndefined();
    });
  });

  it('serves Swagger UI from the installed package, and the document', async () => {
    const ui = await rawRequest(plain.url, 'GET', '/docs');
    const script = await rawRequest(plain.url, 'GET', '/docs/swagger-ui-bundle.js');
    const document = await rawRequest(plain.url, 'GET', '/openapi.json');

    expect([ui.status, script.status]).toEqual([200, 200]);
    expect(ui.text).not.toMatch(/https?:\/\/(?!localhost)[^"']*\.(js|css)/);
    expect((await rawRequest(plain.url, 'GET', '/docs/nope.js')).json).toEqual({ error: 'not found' });
    expect([document.json.openapi, document.json.info.version]).toEqual(['3.1.0', '0.1']);
    expect(Object.keys(document.json.paths)).toContain('/v1/things/{name}');
  });
});
