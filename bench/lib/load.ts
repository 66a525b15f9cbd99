import { setTimeout as sleep } from 'node:timers/promises';
import { drive, type Driver, type Outcome, type Read } from './drivers.ts';
import type { Running } from './processes.ts';

/** What is asked for, of which process. */
export interface Target extends Read {
  readonly server: Running;
}

const WARM_UP_SECONDS = 3;

/** How long one target is loaded before it is the turn of the next: a shared machine changes its speed within a second. */
const SLICE_MS = 50;

/** Processor time of a target, in seconds of one core; where the operating system does not tell, the time that it is loaded. */
class Meter {
  readonly #target: Target;
  readonly #before: number | undefined;
  #loadedMs = 0;

  constructor(target: Target) {
    this.#target = target;
    this.#before = target.server.cpuSeconds();
  }

  addLoaded(ms: number): void {
    this.#loadedMs += ms;
  }

  /** @returns requests a second @throws Error when answers failed */
  rate({ requests, failed }: Outcome): number {
    if (failed > 0 || requests === 0) throw new Error(`${failed} of ${requests} answers of ${this.#target.url} failed`);
    const after = this.#target.server.cpuSeconds();
    if (this.#before === undefined || after === undefined) return (requests * 1000) / this.#loadedMs;
    return requests / (after - this.#before);
  }
}

/** Lets one of the drivers go on at a time, in turn, and holds the others. */
async function takeTurns(drivers: readonly Driver[], meters: readonly Meter[], until: number): Promise<void> {
  for (let turn = 0; performance.now() < until; turn++) {
    const driver = drivers[turn % drivers.length];
    const began = performance.now();
    driver?.process.kill('SIGCONT');
    await sleep(SLICE_MS);
    driver?.process.kill('SIGSTOP');
    meters[turn % drivers.length]?.addLoaded(performance.now() - began);
  }
}

/** Loads targets in turn, slice by slice. @returns requests a second of each target's processor time */
async function loadInTurn(targets: readonly Target[], seconds: number): Promise<number[]> {
  const meters = targets.map((target) => new Meter(target));
  const wallSeconds = seconds * targets.length;
  const drivers = targets.map((target) => drive(target, wallSeconds));
  try {
    for (const { process } of drivers) process.kill('SIGSTOP');
    await takeTurns(drivers, meters, performance.now() + wallSeconds * 1000 - SLICE_MS);
  } finally {
    for (const { process } of drivers) process.kill('SIGCONT');
  }
  const outcomes = await Promise.all(drivers.map(({ outcome }) => outcome));
  return meters.map((meter, index) => meter.rate(outcomes[index] ?? { requests: 0, failed: 0 }));
}

/**
 * Compares targets with one another: all of them in turn, slice by slice, several rounds, so that a machine whose speed
 * drifts drifts for all.
 * @param seconds - of load of a target and round
 * @returns requests a second of the target's processor time (one core), for each round, by name
 * @throws Error when answers failed
 */
export async function compare<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  rounds: number,
  seconds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(targets) as Name[];
  const inOrder = names.map((name) => targets[name]);
  // Functions are compiled in steps, the last after some ten thousand calls; a machine with two cores needs its time.
  await loadInTurn(inOrder, WARM_UP_SECONDS);
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    const rates = await loadInTurn(inOrder, seconds);
    for (const [index, name] of names.entries()) figures[name].push(rates[index] ?? Number.NaN);
  }
  return figures;
}
