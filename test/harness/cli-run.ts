import { runCli } from '../../src/cli/program.js';
import type { CliInput } from '../../src/cli/cli-context.js';

/** What a command line did. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The environment afterwards. */
  readonly environment: NodeJS.ProcessEnv;
}

/** An input that gives these chunks and then ends. */
export function inputOf(...chunks: string[]): CliInput {
  return {
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) yield Buffer.from(chunk);
    },
  };
}

/** Runs a command line in this process; log lines go where the logger writes, not into `stderr`. */
export async function runInProcess(
  argv: readonly string[],
  options: { input?: CliInput; environment?: NodeJS.ProcessEnv } = {},
): Promise<CliRun> {
  const written = { stdout: '', stderr: '' };
  const environment = { ...options.environment };
  const stream = (name: keyof typeof written) => ({
    write: (text: unknown) => {
      written[name] += String(text);
      return true;
    },
  });
  const code = await runCli(argv, {
    stdin: options.input ?? inputOf(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    environment,
  });
  return { code, ...written, environment };
}
