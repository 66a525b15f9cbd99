import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BoundPorts, FromWorker, GroupState, ToWorker } from './messages.js';
import { Supervisor } from './supervisor.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

const PORTS: BoundPorts = { port: 8080, internalPort: 8081 };

/** A worker that does what the test says. */
class FakeWorker implements WorkerProcess {
  readonly pid = 1;
  readonly told: ToWorker[] = [];
  readonly signals: string[] = [];
  #listener: (message: FromWorker) => void = () => undefined;
  #exit: (how: WorkerExit) => void = () => undefined;

  send(message: ToWorker): void {
    this.told.push(message);
  }
  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
  }
  onMessage(listener: (message: FromWorker) => void): void {
    this.#listener = listener;
  }
  onExit(listener: (how: WorkerExit) => void): void {
    this.#exit = listener;
  }
  say(message: FromWorker): void {
    this.#listener(message);
  }
  ready(): void {
    this.say({ type: 'ready', ports: PORTS });
  }
  end(code: number | null, signal: NodeJS.Signals | null = null): void {
    this.#exit({ code, signal });
  }
  get types(): string[] {
    return this.told.map(({ type }) => type).filter((type) => type !== 'group');
  }
  get state(): GroupState | undefined {
    return this.told.findLast((message) => message.type === 'group')?.state;
  }
}

describe('Supervisor', () => {
  /** All that were started, as `number: processes`, oldest first. */
  let started: Map<number, FakeWorker[]>;
  let onStarted: ReturnType<typeof vi.fn<(ports: BoundPorts) => void>>;
  let supervisor: Supervisor;
  let ended: Promise<number>;
  const worker = (number: number): FakeWorker => started.get(number)!.at(-1)!;
  const starts = (number: number): number => started.get(number)?.length ?? 0;

  beforeEach(() => {
    vi.useFakeTimers();
    started = new Map();
    onStarted = vi.fn();
    supervisor = new Supervisor({
      workers: 3,
      fork: (number) => {
        const fake = new FakeWorker();
        started.set(number, [...(started.get(number) ?? []), fake]);
        return fake;
      },
      onStarted,
    });
    ended = supervisor.run();
  });
  afterEach(() => vi.useRealTimers());

  function startAll(): void {
    for (const number of [1, 2, 3]) worker(number).ready();
  }

  describe('the start', () => {
    it('begins with the first worker, and with the others when it is ready', () => {
      expect([...started.keys()]).toEqual([1]);

      worker(1).ready();

      expect([...started.keys()]).toEqual([1, 2, 3]);
    });

    it('is over when all have been ready, which is said once', () => {
      worker(1).ready();
      worker(3).ready();
      expect(onStarted).not.toHaveBeenCalled();
      expect(worker(1).state).toEqual({ hasStarted: false, away: [2], degraded: [] });

      worker(2).ready();

      expect(onStarted.mock.calls).toEqual([[PORTS]]);
      expect(worker(1).state).toEqual({ hasStarted: true, away: [], degraded: [] });
    });

    it.each([
      [1, null, 1],
      [7, null, 7],
      [0, null, 1],
      [null, 'SIGKILL', 1],
    ] as const)('that ends with code %j and signal %j ends everything with %i', async (code, signal, exit) => {
      worker(1).end(code, signal);

      expect(await ended).toBe(exit);
      await vi.advanceTimersByTimeAsync(60_000);
      expect([...started.keys()]).toEqual([1]);
    });

    it('goes on when another worker dies: that one is started again', async () => {
      worker(1).ready();
      worker(2).end(1);
      await vi.advanceTimersByTimeAsync(1_000);

      expect(starts(2)).toBe(2);
    });
  });

  describe('a worker that dies', () => {
    it.each([1, 2])('is replaced: worker %i', async (number) => {
      startAll();
      worker(number).end(null, 'SIGKILL');
      await vi.advanceTimersByTimeAsync(999);
      expect(starts(number)).toBe(1);

      await vi.advanceTimersByTimeAsync(1);

      expect([1, 2, 3].map(starts)).toEqual([1, 2, 3].map((other) => (other === number ? 2 : 1)));
    });

    it('is replaced ever later while it dies soon', async () => {
      startAll();
      const waits: number[] = [];
      for (let n = 0; n < 7; n++) {
        const before = starts(2);
        worker(2).end(1);
        let waited = 0;
        while (starts(2) === before) {
          await vi.advanceTimersByTimeAsync(1_000);
          waited += 1_000;
        }
        waits.push(waited);
      }

      expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    });

    it('is named as away until it is back', async () => {
      startAll();
      worker(2).say({ type: 'degraded', names: ['audit log'] });
      expect(worker(1).state).toEqual({ hasStarted: true, away: [], degraded: ['audit log'] });

      worker(2).end(null, 'SIGKILL');
      expect(worker(1).state).toEqual({ hasStarted: true, away: [2], degraded: [] });

      await vi.advanceTimersByTimeAsync(1_000);
      expect(worker(1).state?.away).toEqual([2]);
      worker(2).ready();
      expect(worker(1).state?.away).toEqual([]);
    });

    it('has the others look at the configuration file again when it was the first', async () => {
      startAll();
      worker(1).end(1);
      await vi.advanceTimersByTimeAsync(1_000);
      worker(1).say({ type: 'hello' });
      expect(worker(1).state).toEqual({ hasStarted: true, away: [1], degraded: [] });

      worker(1).ready();

      expect([worker(2).types, worker(3).types]).toEqual([['follow'], ['follow']]);
      expect(onStarted).toHaveBeenCalledTimes(1);
    });
  });

  describe('SIGHUP', () => {
    it('reaches all, those that are starting when they are ready', () => {
      worker(1).ready();
      worker(2).ready();
      supervisor.hangUp();
      expect([1, 2, 3].map((number) => worker(number).signals)).toEqual([['SIGHUP'], ['SIGHUP'], []]);

      worker(3).ready();

      expect(worker(3).signals).toEqual(['SIGHUP']);
    });

    it('has all others follow when the first has applied the configuration file', () => {
      worker(1).ready();
      worker(2).ready();
      worker(1).say({ type: 'reloaded' });
      expect([1, 2, 3].map((number) => worker(number).types)).toEqual([[], ['follow'], []]);

      worker(3).ready();

      expect(worker(3).types).toEqual(['follow']);
    });
  });

  describe('a stop', () => {
    it('passes the signal on and ends with 0 when all have ended well', async () => {
      startAll();
      supervisor.stop('SIGINT');
      supervisor.stop('SIGTERM');
      expect([1, 2, 3].map((number) => worker(number).signals)).toEqual([['SIGINT'], ['SIGINT'], ['SIGINT']]);

      for (const number of [1, 2, 3]) worker(number).end(0);

      expect(await ended).toBe(0);
    });

    it('ends with 0 when a worker was still starting and the signal ended it', async () => {
      worker(1).ready();
      supervisor.stop('SIGTERM');
      worker(1).end(0);
      worker(2).end(null, 'SIGTERM');
      worker(3).end(null, 'SIGTERM');

      expect(await ended).toBe(0);
    });

    it('ends with 1 when a worker fails meanwhile', async () => {
      startAll();
      supervisor.stop('SIGTERM');
      worker(1).end(0);
      worker(2).end(3);
      worker(3).end(0);

      expect(await ended).toBe(1);
    });

    it('kills what has not ended after 45 seconds', async () => {
      startAll();
      supervisor.stop('SIGTERM');
      worker(1).end(0);
      worker(3).end(0);
      await vi.advanceTimersByTimeAsync(45_000);
      expect(worker(2).signals).toEqual(['SIGTERM', 'SIGKILL']);

      worker(2).end(null, 'SIGKILL');

      expect(await ended).toBe(1);
    });

    it('starts nobody any more', async () => {
      startAll();
      worker(2).end(1);
      supervisor.stop('SIGTERM');
      worker(1).end(0);
      worker(3).end(0);

      expect(await ended).toBe(0);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(starts(2)).toBe(1);
    });

    it('starts no others when the first becomes ready after it', () => {
      supervisor.stop('SIGTERM');
      worker(1).ready();

      expect([...started.keys()]).toEqual([1]);
    });
  });

  it('gathers the metrics of all others', async () => {
    startAll();
    worker(1).say({ type: 'scrape', id: 9 });
    worker(3).say({ type: 'exposition', id: 1, text: 'c 3\n' });
    worker(2).say({ type: 'exposition', id: 1, text: 'b 2\n' });
    await vi.advanceTimersByTimeAsync(0);

    expect(worker(1).told.at(-1)).toEqual({ type: 'expositions', id: 9, texts: { 2: 'b 2\n', 3: 'c 3\n' } });
  });

  it('has all others catch up with a write before it is answered, for a second at the most', async () => {
    startAll();
    worker(2).say({ type: 'announce', id: 5 });
    expect([1, 2, 3].map((number) => worker(number).types)).toEqual([['catch-up'], [], ['catch-up']]);
    worker(1).say({ type: 'caught-up', id: 1 });
    await vi.advanceTimersByTimeAsync(999);
    expect(worker(2).types).toEqual([]);

    await vi.advanceTimersByTimeAsync(1);

    expect(worker(2).told.at(-1)).toEqual({ type: 'all-caught-up', id: 5 });
  });

  it('gives workers the embedded database when they say hello', () => {
    const embedded = { host: '127.0.0.1', port: 1, user: 'u', password: 'p', database: 'd' };
    const fake = new FakeWorker();
    void new Supervisor({ workers: 2, fork: () => fake, embedded, onStarted }).run();

    fake.say({ type: 'hello' });

    expect(fake.told[0]).toEqual({ type: 'welcome', embedded });
  });
});
