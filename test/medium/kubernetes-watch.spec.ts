import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../src/common/json-object.js';
import { createDispatcher } from '../../src/kubernetes/cluster/dispatcher.js';
import { KubeClient } from '../../src/kubernetes/cluster/kube-client.js';
import { RESOURCE_KINDS } from '../../src/kubernetes/convert/resource-kind.js';
import { ObjectCache } from '../../src/kubernetes/object-cache.js';
import { ResourceWatch, type WatchListener } from '../../src/kubernetes/resource-watch.js';
import { newResource } from '../factories/kubernetes-objects.js';
import { waitUntil } from '../harness/wait-until.js';

type Handler = (request: URL, response: ServerResponse) => void;

/** An API server that says what a test wants: each list and each watch takes the next answer, the last one stays. */
class FakeApiServer {
  readonly requests: URL[] = [];
  lists: Handler[] = [listOf('1')];
  watches: Handler[] = [silence];
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Queries of the requests of one sort. */
  asked(sort: 'list' | 'watch'): URLSearchParams[] {
    return this.requests.map((url) => url.searchParams).filter((query) => query.has('watch') === (sort === 'watch'));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.url);
    this.requests.push(url);
    const handlers = url.searchParams.has('watch') ? this.watches : this.lists;
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(url, response);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function listOf(resourceVersion: string, ...names: string[]): Handler {
  const items = names.map((name) => newResource({ name }));
  return (_, response) => send(response, 200, { metadata: { resourceVersion }, items });
}

function refusal(code: number, message: string): Handler {
  return (_, response) => send(response, code, { kind: 'Status', code, message });
}

const silence: Handler = (_, response) => void response.writeHead(200).flushHeaders();

function events(...all: [type: string, object: JsonObject][]): Handler {
  return (_, response) => {
    response.writeHead(200).flushHeaders();
    for (const [type, object] of all) response.write(`${JSON.stringify({ type, object })}\n`);
  };
}

function versioned(name: string, resourceVersion: string): JsonObject {
  const resource = newResource({ name });
  return { ...resource, metadata: { ...resource.metadata, resourceVersion } };
}

describe('ResourceWatch', () => {
  let api: FakeApiServer;
  let client: KubeClient;
  let watch: ResourceWatch;
  let stopping: AbortController;
  let running: Promise<void>;
  const listener = { onListed: vi.fn(), onEvent: vi.fn(), onHealth: vi.fn() } satisfies WatchListener;

  const start = (): void => {
    running = watch.run(stopping.signal);
  };
  const shown = (): string[] =>
    watch.cache.conversions.map((conversion) =>
      conversion.kind === 'entry' ? (conversion.document.name.split('/')[1] ?? '') : 'rejected',
    );

  beforeEach(async () => {
    vi.clearAllMocks();
    api = await new FakeApiServer().start();
    stopping = new AbortController();
    client = new KubeClient(async () => ({
      server: api.url,
      namespace: undefined,
      dispatcher: createDispatcher({}),
      headers: async () => ({}),
    }));
    const cache = new ObjectCache(100_000, () => undefined);
    const times = { deadlineMs: 300, idleMs: 400, resyncMs: 60_000 };
    watch = new ResourceWatch({ resource: RESOURCE_KINDS[0], namespace: 'team-a' }, cache, client, listener, times);
  });
  afterEach(async () => {
    stopping.abort();
    await running;
    client.close();
    await api.stop();
  });

  it('lists page by page and watches from there', async () => {
    api.lists = [
      (_, response) =>
        send(response, 200, {
          metadata: { resourceVersion: '5', continue: 'next' },
          items: [newResource({ name: 'a' })],
        }),
      listOf('5', 'b'),
    ];
    start();
    await waitUntil(() => api.asked('watch').length > 0);

    expect(shown()).toEqual(['a', 'b']);
    expect(api.asked('list').map((query) => query.get('continue'))).toEqual([null, 'next']);
    expect(Object.fromEntries(api.asked('watch')[0] ?? [])).toMatchObject({
      resourceVersion: '5',
      allowWatchBookmarks: 'true',
    });
    expect(api.requests[0]?.pathname).toBe('/apis/toolhive.stacklok.dev/v1beta1/namespaces/team-a/mcpservers');
  });

  it('goes on from the last event or bookmark when a watch ends', async () => {
    api.watches = [
      (url, response) => {
        events(['ADDED', versioned('a', '7')], ['BOOKMARK', { metadata: { resourceVersion: '9' } }])(url, response);
        response.end();
      },
      silence,
    ];
    start();
    await waitUntil(() => api.asked('watch').length === 2);

    expect(api.asked('watch')[1]?.get('resourceVersion')).toBe('9');
    expect(api.asked('list')).toHaveLength(1);
    expect(shown()).toEqual(['a']);
    expect(listener.onHealth).not.toHaveBeenCalled();
  });

  it.each<[string, Handler]>([
    ['an answer 410', refusal(410, 'too old resource version')],
    ['an event with 410', events(['ERROR', { kind: 'Status', code: 410, message: 'too old resource version' }])],
  ])('lists anew after %s, and calls it no failure', async (_, gone) => {
    api.lists = [listOf('1', 'a', 'b'), listOf('20', 'b')];
    api.watches = [gone, silence];
    start();
    await waitUntil(() => api.asked('watch').length === 2);

    expect(api.asked('watch')[1]?.get('resourceVersion')).toBe('20');
    expect(shown()).toEqual(['b']);
    expect(listener.onHealth).not.toHaveBeenCalled();
  });

  it('keeps what it knows while the server refuses, says why, and recovers', async () => {
    api.lists = [listOf('1', 'a'), refusal(403, 'forbidden: you'), listOf('2', 'a', 'b')];
    api.watches = [refusal(403, 'forbidden: you'), silence];
    start();
    await waitUntil(() => watch.problem);

    expect(watch.problem).toMatchObject({ status: 403, reason: 'forbidden: you' });
    expect(shown()).toEqual(['a']);
    await waitUntil(() => watch.problem === undefined);
    expect(shown()).toEqual(['a', 'b']);
    expect(listener.onHealth.mock.calls.map(([, isNew]) => isNew)).toEqual([true, false, true]);
  });

  it('makes a watch anew that brings nothing, from where it was', async () => {
    start();
    await waitUntil(() => api.asked('watch').length === 2);

    expect(api.asked('list')).toHaveLength(1);
    await waitUntil(() => watch.problem === undefined);
  });

  it('gives up on a server that does not answer', async () => {
    api.lists = [() => undefined, listOf('1', 'a')];
    start();
    await waitUntil(() => watch.problem);

    expect(watch.problem?.reason).toMatch(/^the API server did not answer within/);
    expect(watch.isListed).toBe(false);
    await waitUntil(() => watch.isListed);
    expect(shown()).toEqual(['a']);
  });

  it('tells exported objects from others, and changes that matter from others', async () => {
    const withheld = newResource({ name: 'w', annotations: { 'registry-export': null } });
    api.watches = [
      events(
        ['ADDED', versioned('a', '2')],
        ['MODIFIED', versioned('a', '3')],
        ['ADDED', withheld],
        ['MODIFIED', newResource({ name: 'a', annotations: { 'registry-export': 'false' } })],
        ['DELETED', withheld],
      ),
      silence,
    ];
    start();
    await waitUntil(() => listener.onEvent.mock.calls.length === 3);

    expect(listener.onEvent.mock.calls.map(([, type, isChanged]) => [type, isChanged])).toEqual([
      ['ADDED', true],
      ['MODIFIED', false],
      ['MODIFIED', true],
    ]);
    expect(shown()).toEqual([]);
  });
});
