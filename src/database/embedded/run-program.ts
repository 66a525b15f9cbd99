import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessUser } from './unprivileged-user.js';
import { errorText } from '../../common/error-text.js';

const run = promisify(execFile);

/**
 * Environment of PostgreSQL's processes: English messages, and none of the variables by which it takes settings from its
 * environment.
 */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|THV_)/.test(name));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C' };
}

/**
 * Runs one of PostgreSQL's programs to its end, from the root folder, since the present one may be closed to the user.
 * @throws Error with what the program wrote
 */
export async function runProgram(file: string, args: readonly string[], user: ProcessUser): Promise<string> {
  try {
    const { stdout } = await run(file, args, { ...user, cwd: '/', env: postgresEnvironment() });
    return stdout;
  } catch (error) {
    const output = (error as { stderr?: string }).stderr?.trim();
    throw new Error(output || errorText(error), { cause: error });
  }
}
