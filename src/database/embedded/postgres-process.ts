import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../telemetry/logging.js';
import { postgresEnvironment } from './run-program.js';
import type { ProcessUser } from './unprivileged-user.js';

const READY = 'database system is ready to accept connections';
/** What goes away by itself: processes of a killed postmaster that are still ending, a port that another program was faster to take. */
const PASSING = /pre-existing shared memory block|could not bind|Address already in use/;
const TRIES = 5;
const PAUSE_MS = 500;
const STOP_LIMIT_MS = 15_000;
const REMEMBERED_LINES = 5;
const FATAL_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** What {@link PostgresProcess} runs. */
export interface PostgresCommand {
  readonly file: string;
  readonly cluster: string;
  readonly user: ProcessUser;
  readonly settings: Readonly<Record<string, string>>;
  /** Chooses a port for each try of the first start; afterwards the port stays. */
  readonly choosePort: () => Promise<number>;
}

/**
 * A running PostgreSQL server. It has a session of its own, so that a Ctrl-C at the terminal reaches only this program, which stops it
 * in its turn; it is told to stop as well when this program ends in any way but a kill. One that dies is started again.
 */
export class PostgresProcess {
  readonly #log = createLogger('embedded-postgres');
  readonly #atExit = (): void => {
    this.#child?.kill('SIGINT');
  };
  /** Where nobody else handles the signal, it ends this program without an exit event. */
  readonly #atSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    this.#atExit();
    this.#ignoreExit();
    process.kill(process.pid, signal);
  };
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #stopping = false;
  #port = 0;

  constructor(private readonly command: PostgresCommand) {}

  get port(): number {
    return this.#port;
  }

  /**
   * Starts the server and waits until it accepts connections, recovery after a crash included.
   * @throws Error with the last lines of its log
   */
  async start(): Promise<void> {
    this.#watchExit();
    for (let tries = 1; ; tries++) {
      this.#port = await this.command.choosePort();
      try {
        await this.#launch();
        return;
      } catch (error) {
        if (tries === TRIES || !PASSING.test(String(error))) {
          this.#ignoreExit();
          throw error;
        }
        await sleep(PAUSE_MS);
      }
    }
  }

  /** Ends all connections and stops the server, orderly if it takes no longer than 15 s; safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ignoreExit();
    this.#child?.ref();
    this.#child?.kill('SIGINT');
    const timer = setTimeout(() => this.#child?.kill('SIGQUIT'), STOP_LIMIT_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #watchExit(): void {
    process.on('exit', this.#atExit);
    for (const signal of FATAL_SIGNALS) process.on(signal, this.#atSignal);
  }

  #ignoreExit(): void {
    process.off('exit', this.#atExit);
    for (const signal of FATAL_SIGNALS) process.off(signal, this.#atSignal);
  }

  #launch(): Promise<void> {
    const { file, cluster, user, settings } = this.command;
    const options = Object.entries({ ...settings, port: `${this.#port}` }).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(file, ['-D', cluster, ...options], {
      ...user,
      cwd: '/',
      env: postgresEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.#child = child;
    const lastLines: string[] = [];
    return new Promise((resolve, reject) => {
      let isReady = false;
      this.#exited = new Promise((exited) => {
        child.once('error', reject);
        child.once('close', (code, signal) => {
          this.#child = undefined;
          exited();
          if (isReady) this.#onDeath(code ?? signal);
          else reject(new Error(`embedded database: PostgreSQL did not start: ${lastLines.join('; ')}`));
        });
      });
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.#log.debug({ line }, 'postgres');
        lastLines.push(line);
        if (lastLines.length > REMEMBERED_LINES) lastLines.shift();
        if (!line.includes(READY)) return;
        isReady = true;
        child.unref();
        (child.stderr as Socket).unref();
        resolve();
      });
    });
  }

  #onDeath(reason: unknown): void {
    if (this.#stopping) return;
    this.#log.error({ reason }, 'embedded database died, starting it again');
    void this.#restart();
  }

  async #restart(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#launch();
        return;
      } catch (error) {
        this.#log.error({ err: error }, 'embedded database cannot be started again');
        await sleep(PAUSE_MS, undefined, { ref: false });
      }
    }
  }
}
