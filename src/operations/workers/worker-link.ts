import type { MetricsSource } from '../../telemetry/telemetry-handle.js';
import type { BoundPorts, EmbeddedAddress, FromWorker, GroupState, ToWorker } from './messages.js';

/** How often a worker looks at what it reports as down, in milliseconds. */
const LOOK_INTERVAL_MS = 1_000;

/** The two directions of the channel between a worker and its supervisor. */
export interface WorkerChannel {
  send(message: FromWorker): void;
  /** From now on the channel keeps no process from ending. */
  release(): void;
  onMessage(listener: (message: ToWorker) => void): void;
}

/** The channel of this process, which the supervisor has started. */
export function processChannel(): WorkerChannel {
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    release: () => process.channel?.unref(),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToWorker)),
  };
}

/** A worker's connection to the supervisor. When the supervisor dies the worker ends with it. */
export class WorkerLink {
  #state: GroupState = { hasStarted: false, away: [], degraded: [] };
  #embedded: EmbeddedAddress | undefined;
  #onWelcome: (() => void) | undefined;
  #follow: (() => void) | undefined;
  #metrics: MetricsSource | undefined;
  #catchUp: (() => Promise<void>) | undefined;
  #lastId = 0;
  /** What waits for an answer of the supervisor, by the id of the question. */
  readonly #waiting = new Map<number, (texts: Readonly<Record<string, string>>) => void>();

  private constructor(private readonly channel: WorkerChannel) {
    channel.onMessage((message) => this.#take(message));
  }

  /** Says hello and waits for what the supervisor has for the worker. */
  static async open(channel: WorkerChannel): Promise<WorkerLink> {
    const link = new WorkerLink(channel);
    await new Promise<void>((resolve) => {
      link.#onWelcome = resolve;
      channel.send({ type: 'hello' });
    });
    return link;
  }

  /** The embedded database that the supervisor runs. */
  get embedded(): EmbeddedAddress | undefined {
    return this.#embedded;
  }

  /** How the workers fare; current in the worker with the background work only. */
  get state(): GroupState {
    return this.#state;
  }

  /** Reports that requests are served from now on. */
  reportReady(ports: BoundPorts): void {
    this.channel.send({ type: 'ready', ports });
  }

  /** Reports that a changed configuration file has been applied, so that the other workers take over their part. */
  reportReloaded(): void {
    this.channel.send({ type: 'reloaded' });
  }

  /** Has the worker told when another one has applied a configuration file. */
  onFollow(listener: () => void): void {
    this.#follow = listener;
  }

  /** Reports what is down whenever that changes. @returns what ends it */
  reportDegraded(names: () => readonly string[]): () => void {
    let reported = '';
    const look = setInterval(() => {
      const now = names();
      if (now.join() === reported) return;
      reported = now.join();
      this.channel.send({ type: 'degraded', names: now });
    }, LOOK_INTERVAL_MS).unref();
    return () => clearInterval(look);
  }

  /** Answers the worker that is scraped with the metrics of this one. */
  expose(metrics: MetricsSource): void {
    this.#metrics = metrics;
  }

  /** The metrics of the other workers by number, without those that do not answer within two seconds. */
  scrapeOthers(): Promise<Readonly<Record<string, string>>> {
    return this.#ask('scrape');
  }

  /** Has the worker catch up with the database when another one has written to it. */
  onCatchUp(catchUp: () => Promise<void>): void {
    this.#catchUp = catchUp;
  }

  /** Resolves when all other workers show what has been committed, or after a second. */
  async announce(): Promise<void> {
    await this.#ask('announce');
  }

  /** Lets the process end, although the supervisor can still be heard. */
  close(): void {
    this.channel.release();
  }

  #take(message: ToWorker): void {
    switch (message.type) {
      case 'welcome':
        this.#embedded = message.embedded;
        this.#onWelcome?.();
        return;
      case 'group':
        this.#state = message.state;
        return;
      case 'follow':
        this.#follow?.();
        return;
      case 'collect':
        void this.#answer(message.id);
        return;
      case 'expositions':
        return this.#resolve(message.id, message.texts);
      case 'catch-up':
        void this.#follows(message.id);
        return;
      case 'all-caught-up':
        this.#resolve(message.id, {});
    }
  }

  #ask(type: 'scrape' | 'announce'): Promise<Readonly<Record<string, string>>> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.channel.send({ type, id });
    });
  }

  #resolve(id: number, texts: Readonly<Record<string, string>>): void {
    this.#waiting.get(id)?.(texts);
    this.#waiting.delete(id);
  }

  async #follows(id: number): Promise<void> {
    await this.#catchUp?.();
    this.channel.send({ type: 'caught-up', id });
  }

  async #answer(id: number): Promise<void> {
    const text = (await this.#metrics?.scrape()) ?? '';
    this.channel.send({ type: 'exposition', id, text });
  }
}
