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

/** Files of answers as the program gives them, by the names of the reads. */
export type Answers = ReadonlyMap<string, string>;

/** Keeps the bytes of all answers. */
export async function keepAnswers(stage: Stage, reads: Readonly<Record<string, Read>>): Promise<Answers> {
  const answers = new Map<string, string>();
  for (const [name, { url, headers = {} }] of Object.entries(reads)) {
    const file = join(stage.folder, `answer-${answers.size}`);
    await writeFile(file, Buffer.from(await (await fetch(url, { headers })).arrayBuffer()));
    answers.set(name, file);
  }
  return answers;
}

/** Starts a bare handler that sends the bytes of all answers. Like the program it goes through all reads in one process. */
export async function startBaseline(stage: Stage, baseline: Baseline, answers: Answers): Promise<BareTarget> {
  const port = await freePort();
  const server = stage.keep(startScript(SCRIPTS[baseline], [String(port), ...answers.values()]));
  const urlOf = (index: number): string => `http://127.0.0.1:${port}/${index}`;
  await waitFor(async () => (await fetch(urlOf(0))).ok, 'a bare handler');
  const names = [...answers.keys()];
  return (name) => ({ url: urlOf(names.indexOf(name)), server });
}
