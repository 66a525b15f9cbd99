import { describe, expect, it } from 'vitest';
import { runInProcess } from '../../test/harness/cli-run.js';

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])(
    'prints a script for %s that knows commands and flags',
    async (shell) => {
      const { code, stdout } = await runInProcess(['completion', shell]);

      expect(code).toBe(0);
      const flag = shell === 'fish' ? '-l num-steps' : '--num-steps';
      for (const word of ['thv-registry-api', 'prime-db', 'migrate', 'down', 'anonymous', flag])
        expect(stdout).toContain(word);
    },
  );

  it.each([[['completion']], [['completion', 'tcsh']]])('prints its help for %j', async (argv) => {
    const { code, stdout } = await runInProcess(argv);

    expect(code).toBe(0);
    expect(stdout).toContain('Usage:\n  thv-registry-api completion');
  });
});
