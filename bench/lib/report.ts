import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { loadProgram } from './drivers.ts';
import type { Spread } from './spread.ts';

/** One comparison: requests a second of processor time, and what part that is of others. */
export interface Row {
  readonly what: string;
  readonly requestsPerCpuSecond: Spread;
  /** Ratios, round by round, by the name of what it is compared with. */
  readonly of: Readonly<Record<string, Spread>>;
}

/** What a run of the benchmark found. */
export class Report {
  readonly rows: Row[] = [];
  readonly facts: Record<string, string> = {};

  /** Notes a figure. */
  fact(what: string, figure: string): void {
    this.facts[what] = figure;
    console.error(`${what}: ${figure}`);
  }

  add(row: Row): void {
    this.rows.push(row);
    console.error(`measured: ${row.what}`);
  }

  /** Prints the tables and writes them as JSON. */
  async print(servers: number): Promise<void> {
    const [cpu] = cpus();
    const machine = `${cpus().length} x ${cpu?.model ?? 'processor'}; Node ${process.version}; ${loadProgram}`;
    console.log(`\n${servers} servers x 2 versions; ${machine}\n`);
    for (const names of new Set(this.rows.map(({ of }) => Object.keys(of).join('|')))) {
      this.#printRows(names.split('|'));
    }
    console.log('\n| what | figure |\n| --- | --- |');
    for (const [what, value] of Object.entries(this.facts)) console.log(`| ${what} | ${value} |`);
    const results = new URL(`../results/${servers}.json`, import.meta.url);
    await mkdir(new URL('.', results), { recursive: true });
    const { rows, facts } = this;
    await writeFile(results, `${JSON.stringify({ servers, machine, rows, facts }, null, 2)}\n`);
  }

  #printRows(names: readonly string[]): void {
    console.log(`\n| read | requests/s per core | ${names.map((name) => `of ${name}`).join(' | ')} |`);
    console.log(`| --- | --- |${' --- |'.repeat(names.length)}`);
    for (const { what, requestsPerCpuSecond, of } of this.rows) {
      if (Object.keys(of).join('|') !== names.join('|')) continue;
      const ratios = names.map((name) => figure(of[name], 2)).join(' | ');
      console.log(`| ${what} | ${figure(requestsPerCpuSecond, 0)} | ${ratios} |`);
    }
  }
}

function figure(spread: Spread | undefined, digits: number): string {
  if (!spread) return '';
  const { median, min, max } = spread;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** Milliseconds as a person reads them. */
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Mebibytes as a person reads them. */
export const mib = (value: number): string => `${value.toFixed(0)} MiB`;
