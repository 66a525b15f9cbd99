import { request, type Dispatcher } from 'undici';
import { errorText } from '../../common/error-text.js';
import { isJsonObject, type JsonObject } from '../../common/json-object.js';
import { connectToCluster } from './kube-config.js';
import type { KubeConnection } from './kube-connection.js';
import { KubeApiError, KubeUnreachableError } from './kube-error.js';
import { readLines } from './read-lines.js';

/** How a request is made. */
export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: JsonObject;
  /** The answer must have arrived by then. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** How a watch is made. */
export interface KubeWatch {
  readonly query: Readonly<Record<string, string | number | boolean | undefined>>;
  /** The answer must have begun by then. */
  readonly deadlineMs: number;
  /** A watch that brings nothing for so long is given up; the server sends bookmarks about once a minute. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
  /** Called when the server has accepted the watch. */
  readonly onOpen: () => void;
}

/** One line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** What may end a piece of work early. */
interface Limits {
  /** Whoever asked does not want the answer any more. */
  readonly signal: AbortSignal;
  /** It took longer than `limitMs`. */
  readonly limit: AbortSignal;
  readonly limitMs: number;
}

function pathWithQuery(path: string, query: KubeRequest['query'] = {}): string {
  const parameters = Object.entries(query).filter(([, value]) => value !== undefined);
  if (parameters.length === 0) return path;
  const search = new URLSearchParams(parameters.map(([key, value]): [string, string] => [key, String(value)]));
  return `${path}?${search.toString()}`;
}

function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error('not a JSON object');
  return value;
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Talks to the API server of the cluster. Every request has a deadline, so a server that hangs is noticed. The connection is
 * made anew, from the files as they are then, after it failed or was not authenticated.
 */
export class KubeClient {
  #connection: Promise<KubeConnection> | undefined;

  /** @param open - finds the API server */
  constructor(private readonly open: () => Promise<KubeConnection> = () => connectToCluster(process.env)) {}

  /** The namespace of the pod or of the kubeconfig's current context. @throws KubeUnreachableError without a cluster */
  async contextNamespace(): Promise<string | undefined> {
    return (await this.#connect()).namespace;
  }

  /**
   * Makes a request.
   * @param path - with its leading slash
   * @returns the object of the answer
   * @throws KubeApiError when the server refuses; KubeUnreachableError; the signal's reason
   */
  async request(path: string, options: KubeRequest): Promise<JsonObject> {
    const limit = AbortSignal.timeout(options.deadlineMs);
    const until = AbortSignal.any([options.signal, limit]);
    return this.#translating({ signal: options.signal, limit, limitMs: options.deadlineMs }, async () => {
      const body = await this.#send(path, options, until);
      return parseObject(await body.text());
    });
  }

  /**
   * Watches; ends when the server ends the watch.
   * @throws KubeApiError when the server refuses; KubeUnreachableError, also when nothing comes; the signal's reason
   */
  async *watch(path: string, options: KubeWatch): AsyncGenerator<WatchEvent, void> {
    const limit = new AbortController();
    let timer = setTimeout(() => limit.abort(), options.deadlineMs);
    const rearm = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => limit.abort(), options.idleMs);
    };
    const query = { ...options.query, watch: true, allowWatchBookmarks: true };
    const { signal, deadlineMs, idleMs } = options;
    const until = AbortSignal.any([signal, limit.signal]);
    try {
      const opening = { signal, limit: limit.signal, limitMs: deadlineMs };
      const body = await this.#translating(opening, () => this.#send(path, { query }, until));
      rearm();
      options.onOpen();
      const lines = readLines(body, rearm);
      for (;;) {
        const reading = { signal, limit: limit.signal, limitMs: idleMs };
        const { done, value } = await this.#translating(reading, () => lines.next());
        if (done) return;
        const { type, object } = parseObject(value);
        yield { type: String(type), object: isJsonObject(object) ? object : {} };
      }
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  }

  /** Lets go of the connection; requests that are under way may end. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.then(({ dispatcher }) => dispatcher.close()).catch(() => undefined);
  }

  #connect(): Promise<KubeConnection> {
    const connecting = this.#connection ?? this.open();
    this.#connection = connecting;
    // What failed is tried anew by the next request.
    connecting.catch(() => {
      if (this.#connection === connecting) this.#connection = undefined;
    });
    return connecting;
  }

  async #send(
    path: string,
    { method = 'GET', query, body }: Pick<KubeRequest, 'method' | 'query' | 'body'>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData['body']> {
    const connection = await this.#connect();
    const { server, dispatcher } = connection;
    signal.throwIfAborted();
    const answer = await request(server + pathWithQuery(path, query), {
      method,
      signal,
      dispatcher,
      headers: {
        accept: 'application/json',
        'user-agent': 'toolhive-registry-server',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(await connection.headers()),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.statusCode < 300) return answer.body;
    const error = KubeApiError.of(answer.statusCode, parseLeniently(await answer.body.text()));
    // Credentials may have been replaced in the files.
    if (answer.statusCode === 401) this.close();
    throw error;
  }

  /** Runs work that ends with its limits, and tells these apart from other failures. */
  async #translating<T>({ signal, limit, limitMs }: Limits, work: () => Promise<T>): Promise<T> {
    const connection = this.#connection;
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KubeApiError || error instanceof KubeUnreachableError) throw error;
      if (this.#connection === connection) this.close();
      if (limit.aborted) {
        const message = `the API server did not answer within ${Math.round(limitMs / 1000)} seconds`;
        throw new KubeUnreachableError(message, { cause: error });
      }
      throw new KubeUnreachableError(`the API server cannot be reached: ${causeText(error)}`, { cause: error });
    }
  }
}

/** Network errors of several addresses have no message of their own, only a code. */
function causeText(error: unknown): string {
  if (error instanceof Error && error.message === '' && 'code' in error) return String(error.code);
  return errorText(error);
}
