import type { Writable } from 'node:stream';

/** What a command reads a terminal or a pipe through. */
export interface CliInput extends AsyncIterable<Buffer | string> {
  /** Whether somebody types. */
  readonly isTTY?: boolean;
  /** Switches echo and line editing off; terminals only. */
  setRawMode?(isRaw: boolean): unknown;
}

/** The surroundings of a command: the process's own, or a test's. */
export interface CliContext {
  readonly stdin: CliInput;
  /** Carries data only: help, prompts, SQL, JSON, completion scripts. */
  readonly stdout: Pick<Writable, 'write'>;
  /** Carries logs and errors. */
  readonly stderr: Pick<Writable, 'write'>;
  readonly environment: NodeJS.ProcessEnv;
}
