// npm run bench -- [--servers N] [--rounds R] [--seconds S]
// Measures the read path of the built program against two bare handlers that send the same bytes, in one run, as ratios.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { middleName, writeCatalogue } from './lib/catalogue.ts';
import { compare, load, spreadOf, type Spread, type Target } from './lib/measure.ts';
import { startProgram, startScript, waitFor, type Running } from './lib/processes.ts';
import { startPostgres } from './lib/postgres.ts';
import { freePort } from '../test/harness/free-port.ts';

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
  },
});
const servers = Number(values.servers);
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

interface Row {
  readonly what: string;
  readonly requestsPerSecond: Spread;
  /** To a bare Nest + Express handler, and to bare node:http, round by round. */
  readonly ofNest: Spread;
  readonly ofNode: Spread;
}
const rows: Row[] = [];
const facts: Record<string, string> = {};

const folder = await mkdtemp(join(tmpdir(), 'registry-bench-'));
const document = join(folder, 'registry.json');
const configFile = join(folder, 'config.json');
const postgres = await startPostgres();
const [port, internalPort] = [await freePort(), await freePort()];
const base = `http://127.0.0.1:${port}`;
const list = `${base}/registry/bench/v0.1/servers`;
const args = ['serve', '--config', configFile, '--address', `127.0.0.1:${port}`];
const flags = [...args, '--internal-address', `127.0.0.1:${internalPort}`];
const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${internalPort}/readiness`)).ok;
const total = async (): Promise<number> => {
  const answer = (await (await fetch(`${list}?limit=1&total=true`)).json()) as { metadata?: { total?: number } };
  return answer.metadata?.total ?? 0;
};

async function startServer(env: Record<string, string> = {}): Promise<{ program: Running; readyMs: number }> {
  const program = startProgram(flags, env);
  started.push(program);
  return { program, readyMs: await waitFor(isReady, 'readiness') };
}

async function bytesOf({ url, headers }: Target): Promise<Buffer> {
  const answer = await fetch(url, { headers });
  return Buffer.from(await answer.arrayBuffer());
}

/** Everything that was started and has to be stopped in any case. */
const started: Running[] = [];

async function stopAll(): Promise<void> {
  for (const each of started.splice(0)) await each.stop();
}

/** Adds a row: the program's target against both baselines sending the bytes of its answer. */
async function row(what: string, target: Target): Promise<void> {
  const file = join(folder, 'bytes');
  await writeFile(file, await bytesOf(target));
  const [nestPort, nodePort] = [await freePort(), await freePort()];
  const baselines = [
    startScript('nest-express-baseline.ts', [String(nestPort), file]),
    startScript('node-http-baseline.ts', [String(nodePort), file]),
  ];
  started.push(...baselines);
  for (const each of [nestPort, nodePort]) {
    await waitFor(async () => (await fetch(`http://127.0.0.1:${each}/bytes`)).ok, 'a baseline');
  }
  const targets = {
    ours: target,
    nest: { url: `http://127.0.0.1:${nestPort}/bytes` },
    node: { url: `http://127.0.0.1:${nodePort}/bytes` },
  };
  for (const warm of Object.values(targets)) await load(warm, 1);
  const { ours = [], nest = [], node = [] } = await compare(targets, rounds, seconds);
  const ratio = (of: readonly number[]): Spread =>
    spreadOf(ours.map((value, index) => value / (of[index] ?? Number.NaN)));
  rows.push({ what, requestsPerSecond: spreadOf(ours), ofNest: ratio(nest), ofNode: ratio(node) });
  for (const baseline of baselines) await baseline.stop();
  console.error(`measured: ${what}`);
}

/** Walks `limit=1&version=latest` as the ToolHive CLI does before every command. @returns milliseconds a page */
async function walk(pages: number): Promise<number> {
  let cursor = '';
  const began = performance.now();
  for (let page = 0; page < pages; page++) {
    const answer = await fetch(`${list}?limit=1&version=latest${cursor}`);
    const { metadata } = (await answer.json()) as { metadata: { nextCursor?: string } };
    if (metadata.nextCursor === undefined) return (performance.now() - began) / (page + 1);
    cursor = `&cursor=${metadata.nextCursor}`;
  }
  return (performance.now() - began) / pages;
}

/** A cursor near the end of the catalogue. */
async function deepCursor(): Promise<string> {
  const name = `io.example.bench/server-${String(servers - 100).padStart(6, '0')}`;
  return Buffer.from(`${name},1.0.0`).toString('base64');
}

async function firstSearches(count: number): Promise<Spread> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const began = performance.now();
    await (await fetch(`${list}?search=subject%20${index}%20records&limit=30`)).arrayBuffer();
    times.push(performance.now() - began);
  }
  return spreadOf(times);
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

try {
  await writeCatalogue(document, servers);
  await writeFile(
    configFile,
    JSON.stringify({
      sources: [{ name: 'bench', file: { path: document }, syncPolicy: { interval: '1s' } }],
      registries: [{ name: 'bench', sources: ['bench'] }],
      auth: { mode: 'anonymous' },
      database: postgres.block,
    }),
  );

  let { program, readyMs } = await startServer();
  facts['ready on an empty database'] = ms(readyMs);
  facts['resident, no entries'] = `${program.residentMiB().toFixed(0)} MiB`;
  const fullMs = await waitFor(async () => (await total()) === servers * 2, 'the first pass');
  facts['first pass'] = ms(fullMs);
  facts['resident after the first pass'] = `${program.residentMiB().toFixed(0)} MiB`;
  await writeCatalogue(document, servers, Math.floor(servers / 2));
  const title = async (): Promise<boolean> => {
    const answer = await fetch(`${list}/${encodeURIComponent(middleName(servers))}/versions/latest`);
    return ((await answer.json()) as { server: { title: string } }).server.title === 'Changed';
  };
  facts['pass after one change, interval of 1 s included'] = ms(await waitFor(title, 'the change'));
  await program.stop();

  ({ program, readyMs } = await startServer({ THV_REGISTRY_COMPRESS_RESPONSE: 'true' }));
  facts['ready on a full database'] = ms(readyMs);
  await waitFor(async () => (await total()) === servers * 2, 'the catalogue');
  facts['resident, loaded'] = `${program.residentMiB().toFixed(0)} MiB`;

  const one = `${list}/${encodeURIComponent(middleName(servers))}`;
  await row('list of 30', { url: list });
  await row('list of 100, latest', { url: `${list}?limit=100&version=latest` });
  await row('list of 30, deep cursor', { url: `${list}?cursor=${encodeURIComponent(await deepCursor())}` });
  await row('one item', { url: `${list}?limit=1&version=latest` });
  await row('one version', { url: `${one}/versions/latest` });
  await row('versions', { url: `${one}/versions` });
  await row('search, repeated', { url: `${list}?search=department%2012` });
  const etag = (await fetch(list)).headers.get('etag') ?? '';
  await row('304', { url: list, headers: { 'if-none-match': etag } });
  facts['search, first time (median, worst of 50)'] = await firstSearches(50).then(
    ({ median, max }) => `${ms(median)}, ${ms(max)}`,
  );
  facts['one-item walk, per page'] = ms(await walk(Math.min(servers, 2000)));
  facts['resident after load'] = `${program.residentMiB().toFixed(0)} MiB`;
  await program.stop();
} finally {
  await stopAll();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

const figure = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
console.log(
  `\n${servers} servers x 2 versions; ${cpus().length} x ${cpus()[0]?.model ?? 'processor'}; Node ${process.version}\n`,
);
console.log('| read | requests/s | of bare Nest + Express | of bare node:http |\n| --- | --- | --- | --- |');
for (const { what, requestsPerSecond, ofNest, ofNode } of rows) {
  console.log(`| ${what} | ${figure(requestsPerSecond, 0)} | ${figure(ofNest, 2)} | ${figure(ofNode, 2)} |`);
}
console.log('\n| what | figure |\n| --- | --- |');
for (const [what, value] of Object.entries(facts)) console.log(`| ${what} | ${value} |`);
const results = new URL(`results/${servers}.json`, import.meta.url);
await mkdir(new URL('.', results), { recursive: true });
await writeFile(results, `${JSON.stringify({ servers, rows, facts }, null, 2)}\n`);
