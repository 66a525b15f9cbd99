import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { TestIssuer } from '../test/harness/issuer.js';
import { newServer, newSkill } from './harness/documents.js';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RequestOptions,
  type RunningServer,
  type ServerDatabase,
} from './harness/server.js';

interface AuditRecord {
  readonly time: string;
  readonly audit_id: string;
  readonly type: string;
  readonly outcome: string;
  readonly metadata: { readonly extra: { readonly request_id: string } };
}

/** What the log has to say of one request: an event type and an outcome, or nothing at all. */
type Expectation = readonly [type: string, outcome: string] | undefined;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly as?: 'root' | 'reader' | 'nobody';
  readonly expected: Expectation;
}

/** A share of a day: writes that succeed, fail and are refused, reads of all kinds, and requests that are no operations. */
function operationsOf(n: number): Operation[] {
  const name = `io.example/tool-${n}`;
  const encoded = encodeURIComponent(name);
  const claims = { org: 'acme' };
  const servers = '/registry/default/v0.1/servers';
  return [
    {
      method: 'POST',
      path: '/v1/entries',
      body: { server: newServer(name), claims },
      expected: ['entry.publish', 'success'],
    },
    {
      method: 'POST',
      path: '/v1/entries',
      body: { server: newServer(name), claims },
      expected: ['entry.publish', 'failure'],
    },
    { method: 'POST', path: '/v1/entries', body: '{', expected: ['entry.publish', 'failure'] },
    {
      method: 'POST',
      path: '/v1/entries',
      body: { skill: newSkill(`s-${n}`), claims },
      expected: ['entry.publish', 'success'],
    },
    {
      method: 'POST',
      path: '/v1/entries',
      body: { server: newServer(name, '2.0.0'), claims },
      as: 'reader',
      expected: ['entry.publish', 'denied'],
    },
    { method: 'GET', path: servers, expected: ['server.list', 'success'] },
    {
      method: 'GET',
      path: `${servers}/${encoded}/versions`,
      as: 'reader',
      expected: ['server.versions.list', 'success'],
    },
    { method: 'GET', path: `${servers}/${encoded}/versions/9.9.9`, expected: ['server.version.read', 'failure'] },
    { method: 'GET', path: `${servers}?limit=x`, expected: ['server.list', 'failure'] },
    { method: 'GET', path: servers, as: 'nobody', expected: ['auth.unauthenticated', 'denied'] },
    { method: 'GET', path: '/v1/me', as: 'reader', expected: ['user.info', 'success'] },
    { method: 'GET', path: '/v1/sources', as: 'reader', expected: ['source.list', 'denied'] },
    {
      method: 'PUT',
      path: `/v1/registries/r-${n}`,
      body: { sources: ['mine'] },
      expected: ['registry.create', 'success'],
    },
    {
      method: 'PUT',
      path: `/v1/registries/r-${n}`,
      body: { sources: ['mine'] },
      expected: ['registry.update', 'success'],
    },
    {
      method: 'PUT',
      path: `/v1/registries/r-${n}`,
      body: { sources: ['no'] },
      expected: ['registry.update', 'failure'],
    },
    { method: 'DELETE', path: `/v1/registries/r-${n}`, expected: ['registry.delete', 'success'] },
    { method: 'DELETE', path: `/v1/registries/default`, expected: ['registry.delete', 'denied'] },
    { method: 'DELETE', path: `/v1/entries/server/${encoded}/versions/1.0.0`, expected: ['entry.delete', 'success'] },
    { method: 'GET', path: '/nowhere', expected: undefined },
    { method: 'PATCH', path: '/v1/sources', expected: undefined },
  ];
}

const parseRecords = (text: string): AuditRecord[] => {
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditRecord);
};

describe('the audit log of a running server', () => {
  let issuer: TestIssuer;
  let database: ServerDatabase;
  let folder: string;
  let path: string;
  let server: RunningServer;
  let tokens: Record<'root' | 'reader', string>;

  beforeAll(async () => {
    [issuer, database] = await Promise.all([TestIssuer.start(), createServerDatabase()]);
    tokens = {
      root: await issuer.token({ role: 'root', org: 'acme' }),
      reader: await issuer.token({ sub: 'reader', org: 'acme' }),
    };
  });
  afterAll(async () => {
    await Promise.all([database.drop(), issuer.stop()]);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-e2e-'));
    path = join(folder, 'audit.log');
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(audit: Record<string, unknown>): Promise<void> {
    const provider = { name: 'test', issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true };
    server = await startServer(
      {
        sources: [{ name: 'mine', managed: {}, claims: { org: 'acme' } }],
        registries: [{ name: 'default', sources: ['mine'], claims: { org: 'acme' } }],
        auth: {
          mode: 'oauth',
          oauth: { providers: [provider] },
          authz: { roles: { superAdmin: [{ role: 'root' }] } },
        },
        database: database.block,
        audit: { enabled: true, logFile: path, includeRequestData: true, ...audit },
        telemetry: { enabled: true, endpoint: '127.0.0.1:1', insecure: true, metrics: { enabled: true } },
      },
      { env: { THV_REGISTRY_INSECURE_URL: 'true', LOG_LEVEL: 'error' } },
    );
  }

  const send = (id: string, { method, path: target, body, as = 'root' }: Operation) => {
    const options: RequestOptions = {
      headers: { 'x-request-id': id },
      ...(as === 'nobody' ? {} : { token: tokens[as] }),
      ...(body === undefined ? {} : { body }),
    };
    return server.request(method, target, options);
  };

  /** Replays lanes side by side, each in order. @returns what is expected by request id */
  async function replay(lanes: number, rounds: number): Promise<Map<string, Expectation>> {
    const expected = new Map<string, Expectation>();
    const lane = async (index: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        for (const [step, operation] of operationsOf(index * 1_000 + round).entries()) {
          const id = `op-${index}-${round}-${step}`;
          expected.set(id, operation.expected);
          await send(id, operation);
        }
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
    return expected;
  }

  function reconcile(records: readonly AuditRecord[], expected: ReadonlyMap<string, Expectation>): void {
    const own = records.filter(({ metadata }) => metadata.extra.request_id.startsWith('op-'));
    const seen = own.map(({ metadata, type, outcome }) => `${metadata.extra.request_id} ${type} ${outcome}`);
    const due = [...expected].flatMap(([id, what]) => (what ? [`${id} ${what.join(' ')}`] : []));
    const times = records.map(({ time }) => time);

    expect(seen.toSorted()).toEqual(due.toSorted());
    expect(times).toEqual(times.toSorted());
    expect(new Set(records.map(({ audit_id: id }) => id)).size).toBe(records.length);
  }

  it('has one record for each of a thousand operations that must have one, over a rotation', async () => {
    await start({});
    const replayed = replay(4, 13);
    await eventually(async () => (await readFile(path, 'utf8')).split('\n').length > 300, 'a third of the records');
    await rename(path, `${path}.1`);
    server.kill('SIGHUP');
    const expected = await replayed;
    await server.stop();

    const [before, after] = [await readFile(`${path}.1`, 'utf8'), await readFile(path, 'utf8')].map(parseRecords);
    expect(expected.size).toBe(1_040);
    expect(after!.length).toBeGreaterThan(100);
    reconcile([...before!, ...after!], expected);
  });

  it('has the record of every request that was answered while the server was told to stop', async () => {
    await start({});
    const answered = new Set<string>();
    let isRunning = true;
    const lane = async (index: number): Promise<void> => {
      for (let n = 0; isRunning; n++) {
        const id = `op-${index}-${n}`;
        const operation = operationsOf(50_000 + index * 1_000 + n)[n % 2 === 0 ? 0 : 5]!;
        const answer = await send(id, operation).catch(() => undefined);
        if (answer) answered.add(id);
        else isRunning = false;
      }
    };
    const lanes = Array.from({ length: 8 }, (_, index) => lane(index));
    await eventually(async () => answered.size > 100, 'some load');

    server.kill('SIGTERM');
    await Promise.all(lanes);
    expect(await server.exit).toEqual({ code: 0, signal: null });

    const ids = parseRecords(await readFile(path, 'utf8')).map(({ metadata }) => metadata.extra.request_id);
    expect([...answered].filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  const isFullDeviceThere = existsSync('/dev/full');

  it.runIf(isFullDeviceThere)('keeps serving on a full disk, says so everywhere', async () => {
    await start({ logFile: '/dev/full' });
    expect((await send('op-1', operationsOf(90_000)[0]!)).status).toBe(201);
    await eventually(async () => (await server.internal('/readiness')).json.degraded, 'readiness to say so');

    expect((await send('op-2', operationsOf(90_001)[0]!)).status).toBe(201);
    const readiness = await server.internal('/readiness');
    const metrics = (await server.internal('/metrics')).text;
    const errors = server.log().match(/audit log cannot be written/g);

    expect([readiness.status, readiness.json]).toEqual([200, { status: 'ready', degraded: ['audit log'] }]);
    expect(metrics).toMatch(/^stacklok_registry_audit_failing\{.*\} 1$/m);
    expect(metrics).toMatch(/^stacklok_registry_audit_failures_total\{.*\} [1-9]/m);
    expect(errors).toHaveLength(1);
    expect((await server.stop()).code).toBe(0);
  });

  it.runIf(isFullDeviceThere)('refuses changes on a full disk where that is wanted, and serves reads', async () => {
    await start({ logFile: '/dev/full', onFailure: 'refuse' });
    await send('op-1', operationsOf(91_000)[5]!);
    await eventually(async () => (await server.internal('/readiness')).json.degraded, 'readiness to say so');

    const refused = await send('op-2', operationsOf(91_000)[0]!);

    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect((await send('op-3', operationsOf(91_000)[5]!)).status).toBe(200);
  });
});
