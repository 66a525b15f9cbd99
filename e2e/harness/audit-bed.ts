import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { TestIssuer } from '../../test/harness/issuer.js';
import { newServer, newSkill } from './documents.js';
import {
  createServerDatabase,
  startServer,
  type Answer,
  type RequestOptions,
  type RunningServer,
  type ServerDatabase,
  type ServerOptions,
} from './server.js';

/** What the tests look at of a record. */
export interface AuditRecord {
  readonly time: string;
  readonly audit_id: string;
  readonly type: string;
  readonly outcome: string;
  readonly target: Readonly<Record<string, string>>;
  readonly metadata: { readonly extra: { readonly request_id: string } };
}

/** What the log has to say of one request: an event type and an outcome, or nothing at all. */
export type Expectation = readonly [type: string, outcome: string] | undefined;

/** A request and what is to be recorded of it. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly as?: 'root' | 'reader' | 'nobody';
  readonly expected: Expectation;
}

/** A share of a day: writes that succeed, fail and are refused, reads of all kinds, and requests that are no operations. */
export function operationsOf(n: number): Operation[] {
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

/** Parses whole lines. @throws AssertionError when the last one is not whole */
export const parseRecords = (text: string): AuditRecord[] => {
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditRecord);
};

/** Compares what was recorded with what is expected by request id: each once, in order, with fresh ids. */
export function reconcile(records: readonly AuditRecord[], expected: ReadonlyMap<string, Expectation>): void {
  const own = records.filter(({ metadata }) => metadata.extra.request_id.startsWith('op-'));
  const seen = own.map(({ metadata, type, outcome }) => `${metadata.extra.request_id} ${type} ${outcome}`);
  const due = [...expected].flatMap(([id, what]) => (what ? [`${id} ${what.join(' ')}`] : []));
  const times = records.map(({ time }) => time);

  expect(seen.toSorted()).toEqual(due.toSorted());
  expect(times).toEqual(times.toSorted());
  expect(new Set(records.map(({ audit_id: id }) => id)).size).toBe(records.length);
}

/** Servers with an audit log in a folder of their own, an identity provider and a database. */
export class AuditBed {
  folder = '';
  #server: RunningServer | undefined;

  private constructor(
    private readonly issuer: TestIssuer,
    private readonly database: ServerDatabase,
    private readonly tokens: Readonly<Record<'root' | 'reader', string>>,
  ) {}

  static async create(): Promise<AuditBed> {
    const [issuer, database] = await Promise.all([TestIssuer.start(), createServerDatabase()]);
    return new AuditBed(issuer, database, {
      root: await issuer.token({ role: 'root', org: 'acme' }),
      reader: await issuer.token({ sub: 'reader', org: 'acme' }),
    });
  }

  async remove(): Promise<void> {
    await Promise.all([this.database.drop(), this.issuer.stop()]);
  }

  get path(): string {
    return join(this.folder, 'audit.log');
  }

  get server(): RunningServer {
    if (!this.#server) throw new Error('no server has been started');
    return this.#server;
  }

  /** Before each test. */
  async open(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'audit-e2e-'));
  }

  /** After each test. */
  async close(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
    await rm(this.folder, { recursive: true, force: true });
  }

  async start(audit: Record<string, unknown>, options: ServerOptions = {}): Promise<void> {
    const { issuer } = this;
    const provider = { name: 'test', issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true };
    this.#server = await startServer(
      {
        sources: [{ name: 'mine', managed: {}, claims: { org: 'acme' } }],
        registries: [{ name: 'default', sources: ['mine'], claims: { org: 'acme' } }],
        auth: {
          mode: 'oauth',
          oauth: { providers: [provider] },
          authz: { roles: { superAdmin: [{ role: 'root' }] } },
        },
        database: this.database.block,
        audit: { enabled: true, logFile: this.path, includeRequestData: true, ...audit },
        telemetry: { enabled: true, endpoint: '127.0.0.1:1', insecure: true, metrics: { enabled: true } },
      },
      { ...options, env: { THV_REGISTRY_INSECURE_URL: 'true', LOG_LEVEL: 'error', ...options.env } },
    );
  }

  send(id: string, { method, path, body, as = 'root' }: Operation): Promise<Answer> {
    const options: RequestOptions = {
      headers: { 'x-request-id': id },
      ...(as === 'nobody' ? {} : { token: this.tokens[as] }),
      ...(body === undefined ? {} : { body }),
    };
    return this.server.request(method, path, options);
  }

  /**
   * Replays lanes side by side, each in order.
   * @param offset - apart from those of other replays on the same database
   * @returns what is expected by request id
   */
  async replay(lanes: number, rounds: number, offset = 0): Promise<Map<string, Expectation>> {
    const expected = new Map<string, Expectation>();
    const lane = async (index: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        for (const [step, operation] of operationsOf(offset + index * 1_000 + round).entries()) {
          const id = `op-${index}-${round}-${step}`;
          expected.set(id, operation.expected);
          await this.send(id, operation);
        }
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
    return expected;
  }

  /** Keeps lanes of reads and writes busy until a request is no longer answered. @returns the ids of those that were */
  load(lanes: number, offset: number): { readonly answered: ReadonlySet<string>; readonly done: Promise<void> } {
    const answered = new Set<string>();
    let isRunning = true;
    const lane = async (index: number): Promise<void> => {
      for (let n = 0; isRunning; n++) {
        const id = `op-${index}-${n}`;
        const operation = operationsOf(offset + index * 1_000 + n).at(n % 2 === 0 ? 0 : 5);
        const answer = operation && (await this.send(id, operation).catch(() => undefined));
        if (answer) answered.add(id);
        else isRunning = false;
      }
    };
    const running = Array.from({ length: lanes }, (_, index) => lane(index));
    return { answered, done: Promise.all(running).then(() => undefined) };
  }

  /** What readiness says is down while requests are served. */
  async degraded(): Promise<readonly string[]> {
    return (await this.server.internal('/readiness')).json.degraded ?? [];
  }

  /** The value of a metric without labels of its own. */
  async metric(name: string): Promise<number> {
    const { text } = await this.server.internal('/metrics');
    return Number(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1]);
  }
}
