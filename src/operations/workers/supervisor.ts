import { createLogger } from '../../telemetry/logging.js';
import { AnswerCollector, type Asked } from './answer-collector.js';
import type { BoundPorts, EmbeddedAddress, FromWorker, GroupState, ToWorker } from './messages.js';
import { RestartDelay } from './restart-delay.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

const log = createLogger('supervisor');

/** How long a scrape waits for the metrics of the other workers, in milliseconds. */
const SCRAPE_LIMIT_MS = 2_000;
/** How long a write waits for the other workers to show it, in milliseconds; they do so later, too. */
const CATCH_UP_LIMIT_MS = 1_000;
/** How long workers may take to stop, in milliseconds: requests in progress have 30 s, what comes after them a moment. */
const STOP_LIMIT_MS = 45_000;
/** The worker with the background work. */
const FIRST = 1;

/** What a supervisor needs. */
export interface SupervisorOptions {
  readonly workers: number;
  readonly fork: (worker: number) => WorkerProcess;
  /** The embedded database that workers are to use. */
  readonly embedded?: EmbeddedAddress;
  /** Called once, when all workers have been ready. */
  readonly onStarted: (ports: BoundPorts) => void;
}

/** What a worker that is starting has missed and is told when it is ready. */
type Missed = 'rotation' | 'reload';

interface Slot {
  readonly number: number;
  readonly delay: RestartDelay;
  readonly missed: Set<Missed>;
  process?: WorkerProcess;
  /** On the clock of `performance`; absent while it is not ready. */
  readyAt?: number;
  hasBeenReady: boolean;
  restart?: NodeJS.Timeout;
  degraded: readonly string[];
}

/**
 * Keeps N processes running that serve one port. The first does what has to be done once and starts alone; when it is ready
 * the others start. One that dies is replaced while the others serve.
 */
export class Supervisor {
  readonly #slots: readonly Slot[];
  readonly #expositions = new AnswerCollector(SCRAPE_LIMIT_MS);
  readonly #catchUps = new AnswerCollector(CATCH_UP_LIMIT_MS);
  readonly #end = Promise.withResolvers<number>();
  #ports: BoundPorts | undefined;
  #hasStarted = false;
  #stopSignal: NodeJS.Signals | undefined;
  #exitCode = 0;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SupervisorOptions) {
    this.#slots = Array.from({ length: options.workers }, (_, index) => ({
      number: index + 1,
      delay: new RestartDelay(),
      missed: new Set<Missed>(),
      hasBeenReady: false,
      degraded: [],
    }));
  }

  /**
   * Starts the workers.
   * @returns when all have ended: 0 after a stop that went well, the code of the first worker when its start failed
   */
  run(): Promise<number> {
    for (const slot of this.#slots) if (slot.number === FIRST) this.#start(slot);
    return this.#end.promise;
  }

  /** Ends all workers as the signal would end a process that serves alone; only the first call counts. */
  stop(signal: NodeJS.Signals): void {
    if (this.#stopSignal) return;
    this.#stopSignal = signal;
    log.info({ signal }, 'stopping the workers');
    for (const { restart, process } of this.#slots) {
      clearTimeout(restart);
      process?.kill(signal);
    }
    this.#killTimer = setTimeout(() => this.#killAll(), STOP_LIMIT_MS);
    this.#endWhenEmpty();
  }

  /** Has the audit log opened anew by all workers, and the configuration file read again. */
  hangUp(): void {
    for (const slot of this.#slots) this.#tell(slot, 'rotation');
  }

  #start(slot: Slot): void {
    const process = this.options.fork(slot.number);
    slot.process = process;
    slot.missed.clear();
    process.onMessage((message) => this.#take(slot, process, message));
    process.onExit((how) => this.#onExit(slot, how));
  }

  #take(slot: Slot, process: WorkerProcess, message: FromWorker): void {
    switch (message.type) {
      case 'hello':
        process.send({ type: 'welcome', ...(this.options.embedded ? { embedded: this.options.embedded } : {}) });
        return this.#announceState();
      case 'ready':
        return this.#onReady(slot, message.ports);
      case 'reloaded':
        for (const other of this.#slots) if (other !== slot) this.#tell(other, 'reload');
        return;
      case 'degraded':
        slot.degraded = message.names;
        return this.#announceState();
      case 'scrape':
        void this.#scrape(slot, message.id);
        return;
      case 'exposition':
        return this.#expositions.take(slot.number, message.id, message.text);
      case 'announce':
        void this.#catchUp(slot, message.id);
        return;
      case 'caught-up':
        return this.#catchUps.take(slot.number, message.id, '');
    }
  }

  #onReady(slot: Slot, ports: BoundPorts): void {
    const isAgain = slot.hasBeenReady;
    slot.readyAt = performance.now();
    slot.hasBeenReady = true;
    for (const missed of slot.missed) this.#tell(slot, missed);
    slot.missed.clear();
    if (slot.number === FIRST) this.#onFirstReady(slot, ports, isAgain);
    if (this.#hasStarted) log.info({ worker: slot.number }, 'worker is back');
    else if (this.#ports && this.#slots.every(({ hasBeenReady }) => hasBeenReady)) {
      this.#hasStarted = true;
      this.options.onStarted(this.#ports);
    }
    this.#announceState();
  }

  #onFirstReady(slot: Slot, ports: BoundPorts, isAgain: boolean): void {
    this.#ports = ports;
    for (const other of this.#slots) {
      if (other === slot || this.#stopSignal) continue;
      // Back again it has applied the configuration file as it is now, which the others may not know.
      if (isAgain) this.#tell(other, 'reload');
      else this.#start(other);
    }
  }

  #tell(slot: Slot, what: Missed): void {
    if (!slot.process) return;
    // Before it is ready a signal would end it.
    if (slot.readyAt === undefined) slot.missed.add(what);
    else if (what === 'rotation') slot.process.kill('SIGHUP');
    else slot.process.send({ type: 'follow' });
  }

  #onExit(slot: Slot, { code, signal }: WorkerExit): void {
    const readyMs = slot.readyAt === undefined ? 0 : performance.now() - slot.readyAt;
    slot.process = undefined;
    slot.readyAt = undefined;
    slot.degraded = [];
    this.#expositions.forget(slot.number);
    this.#catchUps.forget(slot.number);
    if (this.#stopSignal) {
      if (code !== 0 && signal !== this.#stopSignal) this.#exitCode = 1;
      this.#endWhenEmpty();
      return;
    }
    if (slot.number === FIRST && !slot.hasBeenReady) {
      if (signal) log.error({ worker: slot.number, signal }, 'worker died while it was starting');
      this.#end.resolve(code || 1);
      return;
    }
    const restartInMs = slot.delay.after(readyMs);
    log.error({ worker: slot.number, ...(signal ? { signal } : { code }), restartInMs }, 'worker died');
    slot.restart = setTimeout(() => this.#start(slot), restartInMs);
    this.#announceState();
  }

  #endWhenEmpty(): void {
    if (this.#slots.some(({ process }) => process)) return;
    clearTimeout(this.#killTimer);
    this.#end.resolve(this.#exitCode);
  }

  #killAll(): void {
    const late = this.#slots.filter(({ process }) => process);
    log.error({ workers: late.map(({ number }) => number) }, 'workers did not stop in time and are killed');
    for (const { process } of late) process?.kill('SIGKILL');
  }

  /** The first worker has the readiness of all. */
  #announceState(): void {
    const first = this.#slots.find(({ number }) => number === FIRST);
    const state: GroupState = {
      hasStarted: this.#hasStarted,
      away: this.#slots.filter(({ readyAt }) => readyAt === undefined).map(({ number }) => number),
      degraded: [...new Set(this.#slots.flatMap((slot) => (slot === first ? [] : slot.degraded)))],
    };
    first?.process?.send({ type: 'group', state });
  }

  async #scrape(slot: Slot, id: number): Promise<void> {
    const texts = await this.#expositions.collect(this.#others(slot, (asked) => ({ type: 'collect', id: asked })));
    slot.process?.send({ type: 'expositions', id, texts });
  }

  async #catchUp(slot: Slot, id: number): Promise<void> {
    await this.#catchUps.collect(this.#others(slot, (asked) => ({ type: 'catch-up', id: asked })));
    slot.process?.send({ type: 'all-caught-up', id });
  }

  #others(slot: Slot, question: (id: number) => ToWorker): Asked[] {
    const ready = this.#slots.filter((other) => other !== slot && other.readyAt !== undefined);
    return ready.map((other) => ({ number: other.number, ask: (id) => other.process?.send(question(id)) }));
  }
}
