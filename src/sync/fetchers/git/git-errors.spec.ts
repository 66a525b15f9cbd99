import { describe, expect, it } from 'vitest';
import { explainGitError } from './git-errors.js';
import { GitProgramError } from './git-program.js';

describe('explainGitError', () => {
  it.each([
    ["fatal: couldn't find remote ref refs/heads/nope", 'reference not found: refs/heads/nope'],
    ["fatal: Authentication failed for 'https://h/r/'", 'authentication required: URL'],
    ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'authentication required: URL'],
    [
      'git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'authentication required: URL',
    ],
    [
      'Host key verification failed.\nfatal: Could not read from remote repository.',
      'the host key of the server is not known: URL',
    ],
    ["fatal: '/x.git' does not appear to be a git repository\nfatal: Could not read", 'repository not found: URL'],
    ["fatal: repository 'https://h/r/' not found", 'repository not found: URL'],
    ['warning: x\nfatal: early EOF', 'early EOF: URL'],
    ['', 'git failed: URL'],
  ])('reads %j', (stderr, message) => {
    expect(explainGitError(new GitProgramError(stderr), 'URL').message).toBe(message);
  });

  it('hides passwords', () => {
    const error = explainGitError(new GitProgramError("fatal: unable to access 'ssh://u:pw@h/r'"), 'ssh://u:pw@h/r');

    expect(error.message).not.toContain('pw');
    expect((error.cause as Error).message).not.toContain('pw');
  });
});
