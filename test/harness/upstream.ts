import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const OFFICIAL = 'io.modelcontextprotocol.registry/official';

/** A server of an upstream registry, with what the registry says about it. */
export interface UpstreamServer {
  readonly server: unknown;
  /** Official metadata: `status`, `updatedAt`, `publishedAt`; absent for an upstream that gives none. */
  readonly official?: Readonly<Record<string, unknown>>;
}

/** A request as the upstream saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
}

/** Answers a request in place of the upstream; returns whether it did. */
export type Fault = (request: SeenRequest, response: ServerResponse) => boolean;

/** A stand-in for an upstream registry: paging, `updated_since`, tombstones, skills and plugins, and faults on demand. */
export class Upstream {
  servers: UpstreamServer[] = [];
  /** Absent: the list is not there (404). */
  skills: unknown[] | undefined;
  plugins: unknown[] | undefined;
  /** Absent: not there (404). */
  description: string | undefined;
  pageSize = 100;
  /** Whether `updated_since` and `include_deleted` are understood. */
  knowsChanges = true;
  /** Whether `metadata.total` is given, as servers of this kind do. */
  counts = false;
  fault: Fault | undefined;
  /** How long an answer takes. */
  delayMs = 0;
  readonly requests: SeenRequest[] = [];
  readonly #server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host');
    const seen = {
      method: request.method ?? 'GET',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      at: performance.now(),
    };
    this.requests.push(seen);
    if (this.fault?.(seen, response)) return;
    if (this.delayMs === 0) this.#answer(seen, response);
    else setTimeout(() => this.#answer(seen, response), this.delayMs);
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests for the list of servers since the last call. */
  takeListRequests(): SeenRequest[] {
    return this.requests.splice(0).filter(({ path }) => path === '/v0.1/servers');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ path, query }: SeenRequest, response: ServerResponse): void {
    if (path === '/openapi.yaml' && this.description !== undefined) response.end(this.description);
    else if (path === '/v0.1/servers') this.#sendPage(response, 'servers', this.#servers(query), query);
    else if (path === '/v0.1/x/dev.toolhive/skills' && this.skills) {
      this.#sendPage(response, 'skills', this.skills, query);
    } else if (path === '/v0.1/x/dev.toolhive/plugins' && this.plugins) {
      this.#sendPage(response, 'plugins', this.plugins, query);
    } else response.writeHead(404).end('{"error":"not found"}');
  }

  #servers(query: SeenRequest['query']): unknown[] {
    const since = this.knowsChanges && query['updated_since'] ? Date.parse(query['updated_since']) : undefined;
    const showsDeleted = this.knowsChanges && query['include_deleted'] === 'true';
    return this.servers
      .filter(({ official }) => showsDeleted || official?.['status'] !== 'deleted')
      .filter(({ official }) => since === undefined || Date.parse(String(official?.['updatedAt'])) > since)
      .map(({ server, official }) => ({ server, _meta: official ? { [OFFICIAL]: official } : {} }));
  }

  #sendPage(response: ServerResponse, member: string, items: unknown[], query: SeenRequest['query']): void {
    const size = Math.min(Number(query['limit'] ?? 30), this.pageSize);
    const from = Number(query['cursor']?.replace('after ', '') ?? 0);
    const page = items.slice(from, from + size);
    const nextCursor = from + size < items.length ? `after ${from + size}` : undefined;
    const total = this.counts && query['total'] === 'true' ? items.length : undefined;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ [member]: page, metadata: { count: page.length, nextCursor, total } }));
  }
}
