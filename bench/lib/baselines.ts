import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../test/harness/free-port.ts';
import type { Read } from './drivers.ts';
import type { Target } from './load.ts';
import { startScript, waitFor } from './processes.ts';
import type { Stage } from './stage.ts';

const SCRIPTS = { nest: 'nest-express-baseline.ts', node: 'node-http-baseline.ts' } as const;

/** The bare handler that is meant. */
export type Baseline = keyof typeof SCRIPTS;

/** Gives the target that answers a read, which is known by its name, as the program answered it. */
export type BareTarget = (name: string) => Target;

/**
 * Starts a bare handler that sends the bytes of all answers. Like the program it goes through all reads in one process.
 * @param reads - by name; the program answers them
 */
export async function startBaseline(
  stage: Stage,
  baseline: Baseline,
  reads: Readonly<Record<string, Read>>,
): Promise<BareTarget> {
  const paths = Object.keys(reads).map((_, index) => `/${index}`);
  for (const [index, { url, headers }] of Object.values(reads).entries()) {
    const answer = await fetch(url, { headers: headers ?? {} });
    await writeFile(join(stage.folder, `answer-${index}`), Buffer.from(await answer.arrayBuffer()));
  }
  const files = paths.map((path) => join(stage.folder, `answer-${path.slice(1)}`));
  const port = await freePort();
  const server = stage.keep(startScript(SCRIPTS[baseline], [String(port), ...files]));
  const urlOf = (path: string): string => `http://127.0.0.1:${port}${path}`;
  await waitFor(async () => (await fetch(urlOf('/0'))).ok, 'a bare handler');
  const names = Object.keys(reads);
  return (name) => ({ url: urlOf(`/${names.indexOf(name)}`), server });
}
