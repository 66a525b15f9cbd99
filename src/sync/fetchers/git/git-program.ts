import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { maskUrlPasswords } from '../../../common/url-password.js';
import { FetchError } from '../../pass-errors.js';

const MAX_STDERR_BYTES = 64 * 1024;

/** Variables of the environment that git, ssh and TLS need; everything else, configuration included, stays away from them. */
const PASSED_VARIABLES = [
  'PATH',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
];

/** How the program is run. */
export interface GitRun {
  readonly args: readonly string[];
  /** Home folder of the program, without anybody's configuration. */
  readonly home: string;
  /** Settings by key; given in the environment, because arguments are visible to all users of the host. */
  readonly config: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** More output than this ends the program. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The program ended with an error, which it described; passwords of URLs are hidden. */
export class GitProgramError extends Error {
  readonly stderr: string;

  constructor(stderr: string) {
    const masked = maskUrlPasswords(stderr);
    super(masked);
    this.stderr = masked;
    this.name = 'GitProgramError';
  }
}

function environmentOf({ home, config, environment }: GitRun): NodeJS.ProcessEnv {
  const passed = PASSED_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const settings = Object.entries(config).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  return {
    ...Object.fromEntries(passed),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    // Transport helpers (ext, fd) could run commands.
    GIT_ALLOW_PROTOCOL: 'http:https:ssh:git:file',
    GIT_CONFIG_COUNT: String(Object.keys(config).length),
    ...Object.fromEntries(settings),
    ...environment,
  };
}

/** Ends the program with everything it started: it leads a process group of its own. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The git program, where it is installed. */
export class GitProgram {
  #version: Promise<string | undefined> | undefined;

  /** @param command - the program's name or path */
  constructor(private readonly command = 'git') {}

  /**
   * Whether the program is installed and knows everything that is asked of it: settings from the environment (2.31) and,
   * for guarded connections, addresses that were resolved before (2.37).
   */
  async isUsable({ isGuarded }: { isGuarded: boolean }): Promise<boolean> {
    this.#version ??= this.#findVersion();
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec((await this.#version) ?? '') ?? [];
    return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= (isGuarded ? 37 : 31));
  }

  /**
   * Runs the program to its end.
   * @returns what it wrote to its standard output
   * @throws GitProgramError when it fails; FetchError when it writes too much; the signal's reason
   */
  async run(options: GitRun): Promise<Buffer> {
    const { args, input, maxBytes, signal } = options;
    signal.throwIfAborted();
    const child = spawn(this.command, args, { env: environmentOf(options), detached: true, stdio: 'pipe' });
    const kill = () => killGroup(child.pid);
    signal.addEventListener('abort', kill, { once: true });
    try {
      const output: Buffer[] = [];
      let size = 0;
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) kill();
        else output.push(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        if (stderr.length < MAX_STDERR_BYTES) stderr += chunk.toString();
      });
      child.stdin.on('error', () => undefined).end(input);
      const [code] = (await once(child, 'close')) as [number | null];
      signal.throwIfAborted();
      if (size > maxBytes) throw new FetchError(`file too big: more than ${maxBytes} bytes`);
      if (code !== 0) throw new GitProgramError(stderr.trim());
      return Buffer.concat(output);
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  async #findVersion(): Promise<string | undefined> {
    try {
      const child = spawn(this.command, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await once(child, 'close');
      return text;
    } catch {
      return undefined;
    }
  }
}
