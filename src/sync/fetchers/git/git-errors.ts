import { FetchError } from '../../pass-errors.js';
import type { GitProgramError } from './git-program.js';

const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [/authentication failed|could not read (username|password)|permission denied \(/i, 'authentication required'],
  [/host key verification failed/i, 'the host key of the server is not known'],
  [
    /repository .*not found|does not (appear to be a git repository|exist)|not found: did you run git update-server-info/i,
    'repository not found',
  ],
];

/** The words of git that say what went wrong: its last message. */
function lastMessage(stderr: string): string {
  const messages = stderr.split('\n').filter((line) => /^(fatal|error|remote|ssh):/i.test(line));
  return (messages.at(-1) ?? stderr.split('\n').at(-1) ?? '').replace(/^(fatal|error): /, '');
}

/** Turns what the git program said into the message of a failed pass (sync spec 2.2). */
export function explainGitError(error: GitProgramError, url: string): FetchError {
  const { stderr } = error;
  const [, missingRef] = /couldn't find remote ref (\S+)/i.exec(stderr) ?? [];
  if (missingRef) return new FetchError(`reference not found: ${missingRef}`, { cause: error });
  const explanation = EXPLANATIONS.find(([pattern]) => pattern.test(stderr))?.[1];
  return new FetchError(`${explanation ?? (lastMessage(stderr) || 'git failed')}: ${url}`, { cause: error });
}
