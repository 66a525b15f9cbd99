import { afterAll, beforeAll, describe } from 'vitest';
import {
  createServerDatabase,
  eventually,
  startServer,
  type RunningServer,
  type ServerDatabase,
} from '../../../e2e/harness/server.js';
import { Cluster } from './cluster.js';

/** A suite that needs an API server: it is skipped where `TEST_KUBECONFIG` names none. */
export const describeWithCluster = describe.skipIf(!process.env['TEST_KUBECONFIG']);

/** How a server of a {@link Bed} is started. */
export interface BedServerOptions {
  /** Sources by name: their `kubernetes` block. */
  readonly sources: Readonly<Record<string, object>>;
  readonly claims?: object;
  /** Absent: those of the sources. */
  readonly registryClaims?: object;
  readonly auth?: object;
  readonly telemetry?: object;
  /** Members of the `database` block that differ. */
  readonly database?: object;
  readonly kubeconfig?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A database, a namespace for leases and servers on both, all of one suite. */
export class Bed {
  readonly #servers: RunningServer[] = [];

  private constructor(
    readonly cluster: Cluster,
    readonly database: ServerDatabase,
    /** Where the leases are. */
    readonly home: string,
  ) {}

  static async create(): Promise<Bed> {
    const cluster = await Cluster.open();
    return new Bed(cluster, await createServerDatabase(), await cluster.createNamespace('registry'));
  }

  /** Starts the built program; each source gets a registry of its name. */
  async start(options: BedServerOptions): Promise<RunningServer> {
    const { sources, claims, registryClaims = claims, auth, telemetry, database, kubeconfig, env } = options;
    const names = Object.keys(sources);
    const config = {
      sources: names.map((name) => ({ name, kubernetes: sources[name], ...(claims ? { claims } : {}) })),
      registries: names.map((name) => ({
        name,
        sources: [name],
        ...(registryClaims ? { claims: registryClaims } : {}),
      })),
      auth: auth ?? { mode: 'anonymous' },
      ...(telemetry ? { telemetry } : {}),
      database: { ...this.database.block, ...database },
    };
    const environment = {
      KUBECONFIG: kubeconfig ?? process.env['TEST_KUBECONFIG'] ?? '',
      THV_REGISTRY_LEADER_ELECTION_NAMESPACE: this.home,
      ...env,
    };
    const server = await startServer(config, { env: environment });
    this.#servers.push(server);
    return server;
  }

  /** Stops all servers that were started. */
  async stopServers(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.stop()));
  }

  async close(): Promise<void> {
    await this.stopServers();
    await this.database.drop();
    await this.cluster.close();
  }
}

/** A bed for the suite in which this is called. */
export function useBed(): () => Bed {
  let bed: Bed | undefined;
  beforeAll(async () => {
    bed = await Bed.create();
  });
  afterAll(() => bed?.close());
  return () => bed!;
}

/** All servers of a registry, by the part of their name behind the slash, then version. */
export async function published(server: RunningServer, registry = 'k8s', token?: string): Promise<any[]> {
  const options = token === undefined ? {} : { token };
  const items: any[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, json } = await server.get(`/registry/${registry}/v0.1/servers?limit=100${query}`, options);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(json)}`);
    items.push(...json.servers);
    cursor = json.metadata.nextCursor;
  }
  return items.map((item) => item.server);
}

/** The names behind the slash, in the order of the list. */
export async function names(server: RunningServer, registry = 'k8s', token?: string): Promise<string[]> {
  return (await published(server, registry, token)).map(({ name }) => name.split('/')[1]);
}

/** Waits until a registry shows exactly these names. */
export async function shows(server: RunningServer, expected: string[], registry = 'k8s', ms = 15_000): Promise<void> {
  let last: string[] = [];
  const matches = async (): Promise<boolean> => {
    last = await names(server, registry);
    return JSON.stringify(last.toSorted()) === JSON.stringify(expected.toSorted());
  };
  await eventually(matches, `[${expected.join()}]`, ms).catch((error: unknown) => {
    throw new Error(`${String(error)}, last seen: [${last.join()}]`, { cause: error });
  });
}

/** The status of a source. */
export async function statusOf(server: RunningServer, source = 'k8s'): Promise<any> {
  return (await server.get(`/v1/sources/${source}`)).json.syncStatus;
}
