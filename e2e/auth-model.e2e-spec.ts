import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../test/harness/issuer.js';
import { newDocument, newServer } from './harness/documents.js';
import { createServerDatabase, startServer, type RunningServer, type ServerDatabase } from './harness/server.js';

/**
 * Random claim sets, registries, orders of precedence, page sizes and callers, held against the rules of auth spec 9, 12
 * and 16 said as simply as they can be said.
 */
type Claims = Readonly<Record<string, readonly string[]>>;

interface ModelEntry {
  readonly name: string;
  readonly versions: readonly string[];
  readonly claims: Claims;
}

/** A source's own claims are those of its entries, but for the published ones. */
interface ModelSource {
  readonly claims: Claims;
  readonly entries: readonly ModelEntry[];
}

interface Scenario {
  readonly sources: readonly ModelSource[];
  readonly published: readonly ModelEntry[];
  /** Indexes into the sources; the last one after them stands for the published entries. */
  readonly order: readonly number[];
  readonly registryClaims: Claims;
  readonly isPublic: boolean;
  readonly limit: number;
}

const SCENARIOS = 12;
const NAMES = ['io.test/a', 'io.test/b', 'io.test/c', 'io.test/d'];
const CALLERS: readonly (Claims | 'root' | 'nobody')[] = [
  { org: ['acme'] },
  { org: ['acme'], team: ['x'] },
  { org: ['acme'], team: ['y'] },
  { org: ['acme', 'contoso'], team: ['x', 'y'] },
  { team: ['x'] },
  {},
  'root',
  'nobody',
];

const claimSet = fc.record(
  {
    org: fc.subarray(['acme', 'contoso'], { minLength: 1 }),
    team: fc.subarray(['x', 'y'], { minLength: 0 }),
  },
  { requiredKeys: ['org'] },
);
const versions = fc.subarray(['1.0.0', '1.9.0', '1.10.0', '2.0.0'], { minLength: 1 });
const entryNames = fc.subarray(NAMES, { minLength: 1 });
const source: fc.Arbitrary<ModelSource> = fc
  .tuple(claimSet, entryNames, versions)
  .map(([claims, names, list]) => ({ claims, entries: names.map((name) => ({ name, versions: list, claims })) }));
const published = fc
  .tuple(entryNames, versions, fc.array(claimSet, { minLength: NAMES.length, maxLength: NAMES.length }))
  .map(([names, list, claims]) => names.map((name, n) => ({ name, versions: list, claims: claims[n] ?? {} })));
const scenarios: fc.Arbitrary<Scenario> = fc.array(source, { minLength: 1, maxLength: 3 }).chain((sources) =>
  fc.record({
    sources: fc.constant(sources),
    published,
    order: fc.shuffledSubarray([...sources.keys(), sources.length], { minLength: 1 }),
    registryClaims: claimSet,
    isPublic: fc.boolean(),
    limit: fc.constantFrom(1, 2, 3),
  }),
);

function sees(caller: (typeof CALLERS)[number], claims: Claims): boolean {
  if (caller === 'root') return true;
  if (caller === 'nobody') return false;
  return Object.entries(claims).every(([key, wanted]) => {
    const held = caller[key];
    return held !== undefined && (wanted.length === 0 || wanted.some((value) => held.includes(value)));
  });
}

/** What a caller finds in the registry: of each name the versions of the first source that shows it. */
function modelItems({ sources, published, order }: Scenario, caller: (typeof CALLERS)[number]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const index of order) {
    for (const { name, versions, claims } of sources[index]?.entries ?? published) {
      if (!found.has(name) && sees(caller, claims)) found.set(name, [...versions]);
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const byText = (list: readonly string[]): string[] => list.toSorted((a, b) => (a < b ? -1 : 1));
const LATEST = ['2.0.0', '1.10.0', '1.9.0', '1.0.0'];
const latestOf = (list: readonly string[]): string | undefined => LATEST.find((version) => list.includes(version));

describe('what callers see, against a model', () => {
  let issuer: TestIssuer;
  let database: ServerDatabase;
  let server: RunningServer;
  let root: string;
  const tokens = new Map<(typeof CALLERS)[number], string>();

  const asRoot = async (method: string, path: string, body?: object): Promise<void> => {
    const { status, text } = await server.request(method, path, { token: root, body });
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  };
  const as = (caller: (typeof CALLERS)[number], path: string) => {
    const token = tokens.get(caller);
    return server.get(path, token === undefined ? {} : { token });
  };

  const arrange = async (scenario: Scenario): Promise<void> => {
    for (const [index, { claims, entries }] of scenario.sources.entries()) {
      const servers = entries.flatMap(({ name, versions }) => versions.map((version) => newServer(name, version)));
      await asRoot('PUT', `/v1/sources/s${index}`, { file: { data: newDocument(servers) }, claims });
    }
    for (const { name, versions, claims } of scenario.published) {
      for (const version of versions) await asRoot('POST', '/v1/entries', { server: newServer(name, version), claims });
    }
    await asRoot('PUT', '/v1/registries/r', {
      sources: scenario.order.map((index) => (index < scenario.sources.length ? `s${index}` : 'mine')),
      claims: scenario.registryClaims,
      ...(scenario.isPublic ? { access: 'public' } : {}),
    });
  };

  const clear = async (scenario: Scenario): Promise<void> => {
    await asRoot('DELETE', '/v1/registries/r');
    for (const index of scenario.sources.keys()) await asRoot('DELETE', `/v1/sources/s${index}`);
    for (const { name, versions } of scenario.published) {
      for (const version of versions) {
        await asRoot('DELETE', `/v1/entries/server/${encodeURIComponent(name)}/versions/${version}`);
      }
    }
  };

  const walk = async (caller: (typeof CALLERS)[number], query: string): Promise<string[]> => {
    const items: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const { json } = await as(caller, `/registry/r/v0.1/servers?${query}&cursor=${encodeURIComponent(cursor)}`);
      expect(json.metadata.count).toBe(json.servers.length);
      for (const item of json.servers) {
        const { isLatest } = item._meta['io.modelcontextprotocol.registry/official'];
        items.push(`${item.server.name}@${item.server.version}${isLatest ? '!' : ''}`);
      }
      cursor = json.metadata.nextCursor;
    }
    return items;
  };

  const checkConsumer = async (scenario: Scenario, caller: (typeof CALLERS)[number]): Promise<void> => {
    const model = modelItems(scenario, caller);
    const all = [...model].flatMap(([name, list]) =>
      byText(list).map((version) => `${name}@${version}${version === latestOf(list) ? '!' : ''}`),
    );
    expect(await walk(caller, `limit=${scenario.limit}`)).toEqual(all);
    expect(await walk(caller, 'limit=100')).toEqual(all);
    expect(await walk(caller, `limit=${scenario.limit}&version=latest`)).toEqual(
      all.filter((item) => item.endsWith('!')),
    );
    for (const name of NAMES) {
      const path = `/registry/r/v0.1/servers/${encodeURIComponent(name)}/versions`;
      const [list, latest] = [await as(caller, path), await as(caller, `${path}/latest`)];
      const known = model.get(name);
      expect([list.status, latest.status]).toEqual(known ? [200, 200] : [404, 404]);
      if (!known) continue;
      expect(byText(list.json.servers.map((item: any) => item.server.version))).toEqual(byText(known));
      expect(latest.json.server.version).toBe(latestOf(known));
    }
  };

  const checkAdministration = async (scenario: Scenario, caller: (typeof CALLERS)[number]): Promise<void> => {
    for (const [index, { claims, entries }] of scenario.sources.entries()) {
      const { status, json } = await as(caller, `/v1/sources/s${index}/entries`);
      expect(status).toBe(sees(caller, claims) ? 200 : 404);
      if (status === 200) expect(json.entries.map((entry: any) => entry.name)).toEqual(entries.map(({ name }) => name));
    }
    const shown = scenario.published.filter(({ claims }) => sees(caller, claims)).map(({ name }) => name);
    const mine = await as(caller, '/v1/sources/mine/entries');
    if (mine.status === 200) expect(mine.json.entries.map((entry: any) => entry.name)).toEqual(shown);
    const registry = await as(caller, '/v1/registries/r/entries');
    expect(registry.status).toBe(sees(caller, scenario.registryClaims) ? 200 : 404);
    if (registry.status !== 200) return;
    const names = new Set<string>(registry.json.entries.map((entry: any) => entry.name));
    expect(byText([...names])).toEqual([...modelItems(scenario, caller).keys()]);
  };

  beforeAll(async () => {
    [issuer, database] = await Promise.all([TestIssuer.start(), createServerDatabase()]);
    root = await issuer.token({ role: 'root' });
    for (const caller of CALLERS) {
      if (caller === 'nobody') continue;
      tokens.set(caller, caller === 'root' ? root : await issuer.token({ ...caller, role: 'admin' }));
    }
    const provider = { name: 'test', issuerUrl: issuer.url, audience: issuer.audience, allowPrivateIP: true };
    const admin = [{ role: 'admin' }];
    server = await startServer(
      {
        sources: [{ name: 'mine', managed: {}, claims: { org: ['acme', 'contoso'] } }],
        registries: [{ name: 'unused', sources: ['mine'] }],
        auth: {
          mode: 'oauth',
          oauth: { providers: [provider] },
          authz: { roles: { superAdmin: [{ role: 'root' }], manageSources: admin, manageRegistries: admin } },
        },
        database: database.block,
      },
      { env: { THV_REGISTRY_INSECURE_URL: 'true' } },
    );
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([database.drop(), issuer.stop()]);
  });

  it('lists, versions, latest, counts, cursors and administrators’ lists show what the model shows', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        await arrange(scenario);
        try {
          for (const caller of CALLERS) {
            const isOpen = scenario.isPublic || (caller !== 'nobody' && sees(caller, scenario.registryClaims));
            if (isOpen) await checkConsumer(scenario, caller);
            else {
              const { status } = await as(caller, '/registry/r/v0.1/servers');
              expect(status).toBe(caller === 'nobody' ? 401 : 403);
            }
            if (caller !== 'nobody') await checkAdministration(scenario, caller);
          }
        } finally {
          await clear(scenario);
        }
      }),
      { numRuns: SCENARIOS, endOnFailure: true },
    );
  }, 300_000);
});
