import { describe, expect, it } from 'vitest';
import { GitProgram } from '../../src/sync/fetchers/git/git-program.js';

/** What a program that is run in git's place finds in its environment. */
async function environmentOfGit(): Promise<Record<string, string>> {
  const signal = AbortSignal.timeout(10_000);
  const output = await new GitProgram('env').run({ args: [], home: '/nowhere', config: {}, maxBytes: 100_000, signal });
  return Object.fromEntries(
    output
      .toString()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

describe('GitProgram', () => {
  it('tells git about certificate authorities, and nothing of the server’s own settings', async () => {
    process.env['GIT_SSL_CAPATH'] = '/etc/roots';
    process.env['THV_REGISTRY_DATABASE_PASSWORD'] = 'secret';
    try {
      const environment = await environmentOfGit();

      expect(environment).toMatchObject({ GIT_SSL_CAPATH: '/etc/roots', HOME: '/nowhere', GIT_TERMINAL_PROMPT: '0' });
      expect(environment).not.toHaveProperty('THV_REGISTRY_DATABASE_PASSWORD');
    } finally {
      delete process.env['GIT_SSL_CAPATH'];
      delete process.env['THV_REGISTRY_DATABASE_PASSWORD'];
    }
  });
});
