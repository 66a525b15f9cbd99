import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.js';
import { createAuditBodyMiddleware, createAuditMiddleware } from '../../src/audit/audit.middleware.js';
import { FileSink } from '../../src/audit/sinks/file-sink.js';
import type { Caller } from '../../src/auth/caller.js';
import { setCaller } from '../../src/auth/current-caller.decorator.js';
import { ForbiddenError } from '../../src/common/errors.js';
import type { AuditConfig } from '../../src/config/config.js';
import { OpenApiModule } from '../../src/openapi/openapi.module.js';
import { listen, type Listener } from '../../src/operations/listener.js';
import { createPublicListener } from '../../src/operations/public-listener.js';
import { rawRequest } from '../harness/raw-request.js';

@Controller()
class AuditedController {
  @Get('v1/sources')
  list(): object {
    return { sources: [] };
  }

  @Get('v1/sources/:name')
  get(): never {
    throw new ForbiddenError('forbidden: insufficient permissions');
  }

  @Get('v1/registries')
  never(): Promise<object> {
    return new Promise(() => undefined);
  }

  @Put('v1/sources/:name')
  put(@Res({ passthrough: true }) response: Response): object {
    response.statusCode = 201;
    return {};
  }

  @Post('v1/entries')
  publish(): never {
    throw new Error('unexpected');
  }
}

@Module({ imports: [OpenApiModule], controllers: [AuditedController] })
class AuditedModule {}

const config = (overrides: Partial<AuditConfig>): AuditConfig => ({
  enabled: true,
  eventTypes: [],
  excludeEventTypes: [],
  includeRequestData: false,
  maxDataSize: 1024,
  onFailure: 'continue',
  ...overrides,
});
const silent = { onFailure: () => undefined, onLoss: () => undefined, onRecovery: () => undefined };
const sam: Caller = { subject: 'sam', displayName: 'Sam', claims: {}, roles: new Set(['superAdmin']) };

/** Sends a request and hangs up without waiting for the answer. @returns the port that it came from */
async function abandon(url: string, target: string): Promise<{ port: number }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const { localPort = 0 } = socket;
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.resetAndDestroy();
  return { port: localPort };
}

describe('the audit log', () => {
  let folder: string;
  let path: string;
  const listeners: Listener[] = [];
  const logs: AuditLog[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
    path = join(folder, 'audit.log');
  });
  afterEach(async () => {
    for (const listener of listeners.splice(0)) await listener.app.close();
    for (const log of logs.splice(0)) log.onApplicationShutdown();
    await rm(folder, { recursive: true });
  });

  function openLog(overrides: Partial<AuditConfig>): AuditLog {
    const log = new AuditLog(config(overrides));
    logs.push(log);
    return log;
  }
  async function start(audit: AuditLog, caller?: Caller): Promise<string> {
    const listener = await createPublicListener({ module: AuditedModule }, { compress: false }, ({ reply }) => ({
      observers: [createAuditMiddleware(audit)],
      authentication: [
        (request, response, next) => {
          if (request.headers.authorization === 'bad') {
            response.setHeader('WWW-Authenticate', 'Bearer');
            reply(response, { error: 'token validation failed' }, 401);
            return;
          }
          if (caller) setCaller(request, caller);
          next();
        },
        createAuditBodyMiddleware(audit, reply),
      ],
    }));
    listeners.push(listener);
    return `http://127.0.0.1:${await listen(listener, { host: '127.0.0.1', port: 0 }, 'address')}`;
  }
  const records = async (file = path) =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, any>);

  it('records who did what from where and how it ended', async () => {
    const url = await start(openLog({ logFile: path }), sam);

    await rawRequest(url, 'PUT', '/v1/sources/a%2Fb', {
      headers: { 'user-agent': 'x'.repeat(600), 'x-forwarded-for': '1.2.3.4', 'x-request-id': 'id-1' },
    });

    await vi.waitFor(async () => expect(await records()).toHaveLength(1));
    const [record] = await records();
    expect(Object.keys(record!)).toEqual(
      'time level msg audit_id type logged_at outcome component source subjects target metadata'.split(' '),
    );
    expect(record).toMatchObject({
      type: 'source.create',
      outcome: 'success',
      source: { type: 'network', extra: { user_agent: 'x'.repeat(512), x_forwarded_for: '1.2.3.4' } },
      subjects: { sub: 'sam', user: 'Sam', role: 'super_admin' },
      target: { method: 'PUT', path: '/v1/sources/a/b', resource_type: 'source', resource_name: 'a/b' },
      metadata: { extra: { request_id: 'id-1', response_bytes: 3 } },
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('records refusals of every kind once, and nothing of unknown paths', async () => {
    const url = await start(openLog({ logFile: path }));

    await rawRequest(url, 'GET', '/nope');
    await rawRequest(url, 'PATCH', '/v1/sources');
    await rawRequest(url, 'GET', '/openapi.json');
    await rawRequest(url, 'GET', '/nope', { headers: { authorization: 'bad' } });
    await rawRequest(url, 'GET', '/v1/sources/x');
    await rawRequest(url, 'POST', '/v1/entries', { body: '{"server":{"name":"a/b","version":"1"}}' });

    await vi.waitFor(async () => expect(await records()).toHaveLength(3));
    expect((await records()).map(({ type, outcome }) => [type, outcome])).toEqual([
      ['auth.unauthenticated', 'denied'],
      ['source.read', 'denied'],
      ['entry.publish', 'error'],
    ]);
    expect((await records())[2]).toMatchObject({
      target: { entry_type: 'server', resource_name: 'a/b', version: '1' },
      subjects: { identity: 'anonymous' },
    });
  });

  it('keeps request data when told to, masked and bounded', async () => {
    const url = await start(openLog({ logFile: path, includeRequestData: true, maxDataSize: 40 }));

    await rawRequest(url, 'PUT', '/v1/sources/x', { body: '{"url":"https://a:secret@b"}' });
    await rawRequest(url, 'PUT', '/v1/sources/x', { body: 'y'.repeat(100) });

    await vi.waitFor(async () => expect(await records()).toHaveLength(2));
    expect((await records()).map(({ data }) => data)).toEqual([{ url: 'https://a:***@b' }, 'y'.repeat(40)]);
  });

  it.each([
    [{ eventTypes: ['source.list'] }, ['source.list']],
    [{ excludeEventTypes: ['source.list'] }, ['source.read']],
    [{ eventTypes: ['source.list', 'source.read'], excludeEventTypes: ['source.list', 'nope'] }, ['source.read']],
  ])('filters by type: %j', async (filter, types) => {
    const url = await start(openLog({ logFile: path, ...filter }));

    await rawRequest(url, 'GET', '/v1/sources');
    await rawRequest(url, 'GET', '/v1/sources/x');

    await vi.waitFor(async () => expect((await records()).map(({ type }) => type)).toEqual(types));
  });

  it('follows a rotation on request, with no line lost or torn', async () => {
    const audit = openLog({ logFile: path });
    const url = await start(audit);

    await rawRequest(url, 'GET', '/v1/sources');
    await vi.waitFor(async () => expect(await records()).toHaveLength(1));
    await rename(path, `${path}.1`);
    audit.reopen();
    await rawRequest(url, 'GET', '/v1/sources');

    await vi.waitFor(async () => expect(await records()).toHaveLength(1));
    expect(await records(`${path}.1`)).toHaveLength(1);
  });

  it('notices by itself that the file was renamed', async () => {
    const sink = new FileSink(path, silent);
    await rename(path, `${path}.1`);

    await vi.waitFor(() => stat(path), { timeout: 5_000 });
    sink.write('{}\n');
    sink.close();

    expect(await readFile(path, 'utf8')).toBe('{}\n');
  });

  it('refuses changes, but no reads, while records cannot be written and the configuration wants that', async () => {
    const audit = openLog({ logFile: '/dev/full', onFailure: 'refuse' });
    const url = await start(audit);

    expect((await rawRequest(url, 'PUT', '/v1/sources/x')).status).toBe(201);
    await vi.waitFor(() => expect(audit.isFailing).toBe(true));
    const refused = await rawRequest(url, 'PUT', '/v1/sources/x');

    expect([refused.status, refused.json]).toEqual([503, { error: 'audit log unavailable' }]);
    expect((await rawRequest(url, 'GET', '/v1/sources')).status).toBe(200);
    expect(audit.counts.failures).toBeGreaterThan(0);
  });

  it('names the peer of a client that has gone before its answer', async () => {
    const url = await start(openLog({ logFile: path }));

    const { port } = await abandon(url, '/v1/registries');

    await vi.waitFor(async () => expect(await records()).toHaveLength(1));
    expect((await records())[0]).toMatchObject({
      type: 'registry.list',
      outcome: 'failure',
      source: { value: `127.0.0.1:${port}` },
    });
  });

  it.each([
    ['comes after its head', '"server":{"name":"a/b"}}', { entry_type: 'server', resource_name: 'a/b' }],
    ['is held back', '', {}],
  ])('records a publish that is refused whose body %s', async (_case, rest, entry) => {
    const url = await start(openLog({ logFile: path }));
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');

    socket.write('POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Length: 25\r\n\r\n{');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(rest);

    await vi.waitFor(async () => expect(await records()).toHaveLength(1), { timeout: 3_000 });
    expect((await records())[0]).toMatchObject({ type: 'entry.publish', outcome: 'error' });
    expect((await records())[0]?.['target']).toEqual({
      method: 'POST',
      path: '/v1/entries',
      resource_type: 'entry',
      ...entry,
    });
    socket.destroy();
  });

  it('does not start without its file', async () => {
    expect(() => new AuditLog(config({ logFile: folder }))).toThrow('failed to open audit log file');
  });

  it('appends to what was there', async () => {
    await writeFile(path, '{"earlier":true}\n', { mode: 0o640 });
    const sink = new FileSink(path, silent);
    sink.write('{"later":true}\n');
    sink.close();

    expect(await records()).toEqual([{ earlier: true }, { later: true }]);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });
});
