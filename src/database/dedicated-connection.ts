import type { Socket } from 'node:net';
import { Client, type ClientConfig, type Notification } from 'pg';
import { createLogger } from '../telemetry/logging.js';
import { APPLICATION_NAME } from './application-name.js';
import { databaseErrorCode } from './database-errors.js';

/** Channel on which writers announce that sources, registries or entries changed. */
export const CHANGE_CHANNEL = 'registry_change';

/** The name by which these connections are found among the sessions of the database. */
export const FEED_NAME = `${APPLICATION_NAME}: changes`;

const PING_INTERVAL_MS = 2_000;
/** Of a ping, and of opening the connection; a check takes both at most. */
const ANSWER_LIMIT_MS = 1_200;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1_000;
const FAREWELL_LIMIT_MS = 500;

/** What a {@link DedicatedConnection} tells its observer. */
export interface ConnectionObserver {
  /** The connection is open (again) and listens; whatever was announced before may have been missed. */
  onListening(): void;
  /** The connection is gone: nothing is heard until `onListening`. */
  onDeaf(): void;
  onNotification(payload: string): void;
  /** The database answers, or no longer does. Called on changes only; `askedAt` is of `performance.now()`. */
  onUp(isUp: boolean, askedAt: number): void;
}

/**
 * The one connection of a process that stands outside the pool: it listens on {@link CHANGE_CHANNEL} and is pinged every two
 * seconds, so that a busy pool is never mistaken for a lost database. It reopens itself with a jittered back-off of up to a
 * second. It keeps no process alive.
 */
export class DedicatedConnection {
  readonly #log = createLogger('database');
  #client: Client | undefined;
  #isUp = true;
  #failures = 0;
  #running = false;
  #probe: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: ClientConfig,
    private readonly observer: ConnectionObserver,
  ) {}

  /** Whether the database answered when last asked; true before the first time. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Opens the connection in the background; safe to call twice. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#schedule(0);
  }

  /** Closes the connection; takes half a second at most, also when the database is away. */
  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (client) await farewell(client);
  }

  /** Asks the database now, in two and a half seconds at most. Calls at the same time share one answer. */
  check(): Promise<boolean> {
    this.#probe ??= this.#ask().finally(() => {
      this.#probe = undefined;
      if (this.#running) this.#schedule(this.#isUp ? PING_INTERVAL_MS : this.#retryDelay());
    });
    return this.#probe;
  }

  /** As {@link check}, but never with the answer to a question that was asked before the call, unless it was yes. */
  async checkAfresh(): Promise<boolean> {
    const earlier = this.#probe;
    if (earlier && (await earlier)) return true;
    return this.check();
  }

  async #ask(): Promise<boolean> {
    const askedAt = performance.now();
    const hadClient = this.#client;
    const isUp = (await this.#ping()) || (await this.#open());
    this.#failures = isUp ? 0 : this.#failures + 1;
    // Only a connection that goes on asking may declare the database lost: it is the one to notice that it is back.
    if (this.#running && isUp !== this.#isUp) {
      this.#isUp = isUp;
      this.observer.onUp(isUp, askedAt);
    }
    // Last, because listeners go and read at once.
    if (this.#client && this.#client !== hadClient) this.observer.onListening();
    return isUp;
  }

  async #ping(): Promise<boolean> {
    const client = this.#client;
    if (!client) return false;
    try {
      await within(client.query('SELECT 1'), ANSWER_LIMIT_MS);
      return true;
    } catch {
      this.#drop(client);
      return false;
    }
  }

  async #open(): Promise<boolean> {
    const client = new Client({ ...this.options, application_name: FEED_NAME });
    client.on('error', () => this.#drop(client));
    client.on('end', () => this.#drop(client));
    client.on('notification', (message: Notification) => this.observer.onNotification(message.payload ?? ''));
    try {
      await within(
        client.connect().then(() => client.query(`LISTEN ${CHANGE_CHANNEL}`)),
        ANSWER_LIMIT_MS,
      );
    } catch (error) {
      destroy(client);
      // A server that has no connection to spare is there all the same, and the pool may hold open ones.
      if (databaseErrorCode(error)?.startsWith('53')) return true;
      if (this.#isUp) this.#log.warn({ err: error }, 'database does not answer');
      return false;
    }
    if (this.#running) this.#keep(client);
    else await farewell(client);
    return true;
  }

  #keep(client: Client): void {
    (client.connection.stream as Socket).unref();
    this.#client = client;
  }

  #drop(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    destroy(client);
    this.observer.onDeaf();
    if (this.#running && !this.#probe) this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), delayMs).unref();
  }

  #retryDelay(): number {
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    return longest * (0.5 + Math.random() / 2);
  }
}

async function farewell(client: Client): Promise<void> {
  await within(client.end(), FAREWELL_LIMIT_MS).catch(() => destroy(client));
}

function destroy(client: Client): void {
  client.connection.stream.destroy();
}

/** The promise's outcome, or an error once the time is over; a late outcome is ignored. */
function within<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('Connection terminated: no answer in time'));
    // An answer may have arrived while this process was too busy to look; it is read before immediates run.
    const timer = setTimeout(() => setImmediate(giveUp), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
