import type { Writable } from 'node:stream';
import { errorText } from '../common/error-text.js';
import type { CliContext } from './cli-context.js';

/** The part of the process that a command is surrounded by. */
export interface CommandProcess {
  readonly stdin: CliContext['stdin'];
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  exit(code: number): unknown;
}

const ignore = (): void => undefined;

/**
 * The surroundings of a command that is run by this process. Output that cannot be written ends it with 1 and a line that says
 * so, or with none when its reader has had enough, as `head` has.
 */
export function createProcessContext(process: CommandProcess): CliContext {
  const { stdin, stdout, stderr, env } = process;
  // Without listeners the errors of writes, which their callbacks get as well, would end the process with a stack trace.
  stdout.on('error', ignore);
  stderr.on('error', ignore);
  const end = (error: Error | null | undefined): void => {
    if (!error) return;
    const isUnread = 'code' in error && error.code === 'EPIPE';
    if (!isUnread) stderr.write(`Error: cannot write to standard output: ${errorText(error)}\n`);
    process.exit(1);
  };
  return {
    stdin,
    stdout: { write: (text: string) => stdout.write(text, end) },
    stderr,
    environment: env,
  };
}
