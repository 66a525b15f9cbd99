import { isLoaded } from './passes.ts';
import { waitFor } from './lib/processes.ts';
import { ms, type Report } from './lib/report.ts';
import { spreadOf } from './lib/spread.ts';
import type { Stage } from './lib/stage.ts';

const PUBLICATIONS = 30;

/** Measures how long it takes until what is published at one replica is served by another. */
export async function measureReplicas(stage: Stage, report: Report): Promise<void> {
  const [one, other] = [await stage.start(), await stage.start()];
  for (const server of [one, other]) await waitFor(isLoaded(server, stage), 'the catalogue');
  await other.loopDelay();
  const times: number[] = [];
  for (let index = 0; index < PUBLICATIONS; index++) {
    const version = `1.0.${index}`;
    const server = {
      name: 'io.example.bench/published',
      description: 'Published',
      version,
      remotes: [{ type: 'sse', url: 'https://example.com/sse' }],
    };
    const answer = await fetch(`${one.base}/v1/entries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ server }),
    });
    if (answer.status !== 201) throw new Error(`publishing: ${answer.status} ${await answer.text()}`);
    const began = performance.now();
    const url = `${other.base}/registry/published/v0.1/servers/${encodeURIComponent(server.name)}/versions/${version}`;
    while (!(await fetch(url)).ok)
      if (performance.now() - began > 10_000) throw new Error('the other replica does not follow');
    times.push(performance.now() - began);
  }
  const { median, max } = spreadOf(times);
  report.fact('published here, served by another replica: median, longest', `${ms(median)}, ${ms(max)}`);
  report.fact('event loop of that replica held up meanwhile, longest', ms((await other.loopDelay()).max));
  await Promise.all([one.stop(), other.stop()]);
}
