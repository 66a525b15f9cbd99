import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from './lib/processes.ts';
import { mib, ms, type Report } from './lib/report.ts';
import { getJson, type Page, type Server, type Stage } from './lib/stage.ts';

/** How many entries the program serves. */
export async function totalOf({ list }: Server): Promise<number> {
  const { metadata } = await getJson<Page>(`${list}?limit=1&total=true`);
  return metadata.total ?? 0;
}

/** Whether the program serves the whole document. */
export const isLoaded = (server: Server, stage: Stage) => async (): Promise<boolean> =>
  (await totalOf(server)) === stage.servers * 2;

function held({ p99, max }: { p99: number; max: number }): string {
  return `p99 ${ms(p99)}, longest ${ms(max)}`;
}

/** Measures a start on an empty database, a first pass, a pass after one change, and passes that find nothing new. */
export async function measurePasses(stage: Stage, report: Report): Promise<void> {
  const server = await stage.start({ interval: '1s' });
  report.fact('ready on an empty database', ms(server.readyMs));
  await server.loopDelay();
  const began = performance.now();
  await waitFor(isLoaded(server, stage), 'the first pass');
  report.fact('first pass', ms(performance.now() - began));
  report.fact('event loop held up during the first pass', held(await server.loopDelay()));
  report.fact('resident at the peak of the first pass', mib(server.peakMiB()));
  await stage.change();
  const title = async (): Promise<boolean> => {
    const answer = await getJson<{ server: { title: string } }>(
      `${server.list}/${encodeURIComponent(stage.middle)}/versions/latest`,
    );
    return answer.server.title === 'Changed';
  };
  report.fact('pass after one change, interval of 1 s included', ms(await waitFor(title, 'the change')));
  report.fact('event loop held up during that pass', held(await server.loopDelay()));
  const before = server.cpuSeconds() ?? Number.NaN;
  await sleep(5_000);
  const perPass = (((server.cpuSeconds() ?? Number.NaN) - before) / 5) * 1000;
  report.fact('processor time of a pass over an unchanged file', ms(perPass));
  await server.stop();
}
