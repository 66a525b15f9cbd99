import { isJsonObject, textOf, type JsonObject } from '../common/json-object.js';
import { errorText } from '../common/error-text.js';
import { BackOff, pause } from './cluster/back-off.js';
import type { KubeClient } from './cluster/kube-client.js';
import { KubeApiError } from './cluster/kube-error.js';
import { readExportedObject, type ExportedObject } from './convert/exported-object.js';
import { TOOLHIVE_API, type ResourceKind } from './convert/resource-kind.js';
import type { ObjectCache } from './object-cache.js';

const PAGE_SIZE = 500;
/** Servers end watches after half an hour or so; ours end earlier, at different times. */
const WATCH_SECONDS = 300;
/** Watches that end at once must not be made in a hurry. */
const SHORT_WATCH_MS = 1_000;
/** What failed after so long did work before. */
const LONG_WATCH_MS = 10_000;

/** How patient a watch is, in milliseconds. */
export interface WatchTimes {
  /** For every answer to come, or to begin. */
  readonly deadlineMs: number;
  /** With a watch that brings nothing: the server sends bookmarks about once a minute. */
  readonly idleMs: number;
  /** Until everything is listed again, whatever happens. */
  readonly resyncMs: number;
}

const WATCH_TIMES: WatchTimes = { deadlineMs: 15_000, idleMs: 150_000, resyncMs: 3_600_000 };

/** What is wrong with a watch. */
export interface WatchProblem {
  readonly reason: string;
  /** The status that the API server answered with, if it did. */
  readonly status: number | undefined;
  /** Since when, on the clock of `performance`. */
  readonly since: number;
}

/** What is watched: a kind in one namespace, or in all. */
export interface WatchScope {
  readonly resource: ResourceKind;
  readonly namespace: string | undefined;
}

/** Who wants to know what a watch finds. */
export interface WatchListener {
  /** All objects were read; isChanged: something is not as it was. */
  onListed(watch: ResourceWatch, isChanged: boolean): void;
  /** An exported object came, changed or went. */
  onEvent(watch: ResourceWatch, type: string, isChanged: boolean): void;
  /** A problem began or ended. */
  onHealth(watch: ResourceWatch, isNew: boolean): void;
}

/** The path of a kind's objects at the API server. */
export function resourcePath({ resource, namespace }: WatchScope): string {
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `/apis/${TOOLHIVE_API}${scope}/${resource.plural}`;
}

/** The server has forgotten the position to go on from: everything has to be listed again, which is no failure. */
function isGone(error: unknown): boolean {
  return error instanceof KubeApiError && error.status === 410;
}

/**
 * Keeps a cache in line with one kind of objects in one scope: lists them, then watches from there. Whatever fails is tried
 * again without end, with growing pauses; what was known goes on to be known meanwhile. Watches that fall silent are made
 * anew, and everything is listed again once an hour, so that nothing can be missed for good.
 */
export class ResourceWatch {
  #problem: WatchProblem | undefined;
  #isListed = false;
  /** The resource version to watch from; undefined when everything has to be listed. */
  #position: string | undefined;
  #listedAt = 0;

  constructor(
    readonly scope: WatchScope,
    readonly cache: ObjectCache,
    private readonly client: KubeClient,
    private readonly listener: WatchListener,
    private readonly times: WatchTimes = WATCH_TIMES,
  ) {}

  /** What is wrong now. */
  get problem(): WatchProblem | undefined {
    return this.#problem;
  }

  /** Whether the objects have been listed at least once; before, an empty cache says nothing. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** Runs until the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    while (!signal.aborted) {
      const begun = performance.now();
      try {
        await this.#advance(signal);
        backOff.reset();
      } catch (error) {
        if (signal.aborted) return;
        if (performance.now() - begun > LONG_WATCH_MS) backOff.reset();
        // After an answer the position is not to be trusted; a lost connection goes on where it was.
        if (error instanceof KubeApiError) this.#position = undefined;
        if (!isGone(error)) this.#fail(error);
        await backOff.wait(signal);
      }
    }
  }

  /** One list where it is needed, and one watch to its end. */
  async #advance(signal: AbortSignal): Promise<void> {
    this.#position ??= await this.#list(signal);
    const begun = performance.now();
    await this.#watch(this.#position, signal);
    if (performance.now() - begun < SHORT_WATCH_MS) await pause(SHORT_WATCH_MS, signal);
    if (performance.now() - this.#listedAt > this.times.resyncMs) this.#position = undefined;
  }

  async #list(signal: AbortSignal): Promise<string> {
    const objects: ExportedObject[] = [];
    let position = '';
    let next: string | undefined;
    do {
      const query = { limit: PAGE_SIZE, continue: next };
      const { deadlineMs } = this.times;
      const page = await this.client.request(resourcePath(this.scope), { query, deadlineMs, signal });
      const metadata = isJsonObject(page.metadata) ? page.metadata : {};
      position = textOf(metadata.resourceVersion);
      next = textOf(metadata.continue) || undefined;
      const items = Array.isArray(page.items) ? page.items.filter(isJsonObject) : [];
      for (const item of items) {
        const object = readExportedObject(this.scope.resource.kind, item);
        if (object) objects.push(object);
      }
    } while (next !== undefined);
    const isChanged = this.cache.replace(objects);
    this.#isListed = true;
    this.#listedAt = performance.now();
    this.listener.onListed(this, isChanged);
    return position;
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    const query = { resourceVersion: from, timeoutSeconds: Math.round(WATCH_SECONDS * (1 + Math.random())) };
    const { deadlineMs, idleMs } = this.times;
    const options = { query, deadlineMs, idleMs, signal, onOpen: () => this.#recover() };
    for await (const { type, object } of this.client.watch(resourcePath(this.scope), options)) {
      if (type === 'ERROR') throw KubeApiError.of(500, object);
      if (type !== 'BOOKMARK') this.#take(type, object);
      const version = textOf(isJsonObject(object.metadata) ? object.metadata.resourceVersion : '');
      if (version !== '') this.#position = version;
    }
  }

  #take(type: string, object: JsonObject): void {
    const exported = type === 'DELETED' ? undefined : readExportedObject(this.scope.resource.kind, object);
    const isChanged = exported ? this.cache.set(exported) : this.#forget(object);
    if (exported || isChanged) this.listener.onEvent(this, type, isChanged);
  }

  #forget(object: JsonObject): boolean {
    const metadata = isJsonObject(object.metadata) ? object.metadata : {};
    return this.cache.delete(textOf(metadata.namespace), textOf(metadata.name));
  }

  #fail(error: unknown): void {
    const isNew = this.#problem === undefined;
    this.#problem = {
      reason: errorText(error),
      status: error instanceof KubeApiError ? error.status : undefined,
      since: this.#problem?.since ?? performance.now(),
    };
    this.listener.onHealth(this, isNew);
  }

  #recover(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.listener.onHealth(this, true);
  }
}
