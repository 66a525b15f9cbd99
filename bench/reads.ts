import { keepAnswers, startBaseline } from './lib/baselines.ts';
import type { Read } from './lib/drivers.ts';
import { compare } from './lib/load.ts';
import { isLoaded } from './passes.ts';
import { waitFor } from './lib/processes.ts';
import { mib, ms, type Report } from './lib/report.ts';
import { p99Of, spreadOf, type Spread } from './lib/spread.ts';
import type { Page, Server, Stage } from './lib/stage.ts';
import { timedGet } from './lib/timed-get.ts';

/** How long comparisons take. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

export function ratios(ours: readonly number[], others: readonly number[]): Spread {
  return spreadOf(ours.map((value, index) => value / (others[index] ?? Number.NaN)));
}

/** Compares reads, by name, with two bare handlers that send the bytes of their answers. */
async function compareWithBare(
  stage: Stage,
  report: Report,
  { rounds, seconds }: Effort,
  server: Server,
  reads: Readonly<Record<string, Read>>,
): Promise<void> {
  const answers = await keepAnswers(stage, reads);
  const nest = await startBaseline(stage, 'nest', answers);
  const node = await startBaseline(stage, 'node', answers);
  for (const [what, read] of Object.entries(reads)) {
    const targets = { ours: { ...read, server }, nest: nest(what), node: node(what) };
    const figures = await compare(targets, rounds, seconds);
    report.add({
      what,
      requestsPerCpuSecond: spreadOf(figures.ours),
      of: {
        'bare Nest + Express': ratios(figures.ours, figures.nest),
        'bare node:http': ratios(figures.ours, figures.node),
      },
    });
  }
}

/** Walks `limit=1&version=latest` as the ToolHive CLI does before every command. @returns milliseconds of each page */
async function walk(list: string, pages: number): Promise<number[]> {
  const times: number[] = [];
  for (let cursor = ''; times.length < pages;) {
    const { ms, body } = await timedGet(`${list}?limit=1&version=latest${cursor}`);
    times.push(ms);
    const { metadata } = JSON.parse(body.toString()) as Page;
    if (metadata.nextCursor === undefined) break;
    cursor = `&cursor=${metadata.nextCursor}`;
  }
  return times;
}

/** Searches for something else each time. @returns milliseconds of each */
async function searchAnew(list: string, word: string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const { ms } = await timedGet(`${list}?search=${word}%20${index}%20records&limit=30`);
    times.push(ms);
  }
  return times;
}

/** Measures a start on a full database and the reads of the consumer API. */
export async function measureReads(stage: Stage, report: Report, effort: Effort): Promise<void> {
  const server = await stage.start();
  report.fact('ready on a full database', ms(server.readyMs));
  await waitFor(isLoaded(server, stage), 'the catalogue');
  report.fact('resident, loaded', mib(server.residentMiB()));
  const { list } = server;
  const one = `${list}/${encodeURIComponent(stage.middle)}`;
  const name = `io.example.bench/server-${String(stage.servers - 100).padStart(6, '0')}`;
  const deep = encodeURIComponent(Buffer.from(`${name},1.0.0`).toString('base64'));
  const etag = (await fetch(list)).headers.get('etag') ?? '';
  const reads: Record<string, Read> = {
    'list of 30': { url: list },
    'list of 100, latest': { url: `${list}?limit=100&version=latest` },
    'list of 30, deep cursor': { url: `${list}?cursor=${deep}` },
    'one item': { url: `${list}?limit=1&version=latest` },
    'one version': { url: `${one}/versions/latest` },
    versions: { url: `${one}/versions` },
    'search, repeated': { url: `${list}?search=department%2012` },
    'not modified (304)': { url: list, headers: { 'if-none-match': etag } },
  };
  await server.loopDelay();
  await compareWithBare(stage, report, effort, server, reads);
  const { p99 } = await server.loopDelay();
  report.fact('event loop held up under load, p99', ms(p99));
  // Like all other reads after some of its kind, which are compiled by then.
  await searchAnew(list, 'department', 50);
  const searches = await searchAnew(list, 'subject', 200);
  report.fact('search, first time: median, p99', `${ms(spreadOf(searches).median)}, ${ms(p99Of(searches))}`);
  const pages = await walk(list, Math.min(stage.servers, 3000));
  report.fact('one-item walk: mean of a page', ms(pages.reduce((sum, page) => sum + page, 0) / pages.length));
  report.fact('resident after load', mib(server.residentMiB()));
  await server.stop();
}
