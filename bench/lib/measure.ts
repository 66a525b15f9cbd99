import { once } from 'node:events';
import { startScript } from './processes.ts';

/** What is asked for. */
export interface Target {
  readonly url: string;
  readonly headers?: Record<string, string>;
}

/** What one run of load gave. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  readonly failed: number;
}

/** Loads a URL for some seconds from another process. @throws Error when answers failed */
export async function load(target: Target, seconds: number, connections = 16): Promise<LoadResult> {
  const script = startScript('load.ts', [JSON.stringify({ headers: {}, ...target, seconds, connections })]);
  let output = '';
  script.process.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(script.process, 'exit');
  const result = JSON.parse(output) as LoadResult;
  if (result.failed > 0) throw new Error(`${result.failed} answers of ${target.url} failed`);
  return result;
}

/** Least, middle and greatest of some numbers. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}

/**
 * Compares targets with one another: all of them in turn, several rounds, so that a machine whose speed drifts drifts for all.
 * @returns requests per second of each round, by name
 */
export async function compare(
  targets: Readonly<Record<string, Target>>,
  rounds: number,
  seconds: number,
): Promise<Record<string, number[]>> {
  const figures: Record<string, number[]> = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, target] of Object.entries(targets)) {
      figures[name]?.push((await load(target, seconds)).requestsPerSecond);
    }
  }
  return figures;
}
