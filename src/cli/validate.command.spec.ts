import { afterAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../test/harness/cli-run.js';
import { createScratchFolder, newConfigDocument } from '../../test/harness/config-files.js';

const folder = createScratchFolder();
afterAll(() => folder.remove());
const good = folder.write('good.yaml', newConfigDocument());
const bad = folder.write(
  'bad.yaml',
  'sources:\n  - name: Bad\n    managed: {}\n    claim: {}\nauth: {mode: anonymous}\ndatabase: {embedded: true}\n',
);

describe('validate', () => {
  it('says that a file is valid', async () => {
    await expect(runInProcess(['validate', '--config', good])).resolves.toMatchObject({
      code: 0,
      stdout: `${good}: the configuration is valid\n`,
      stderr: '',
    });
  });

  it('lists the problems for people', async () => {
    const run = await runInProcess(['validate', '--config', bad]);

    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout.split('\n')).toEqual([
      `${bad}:1:1: at least one registry must be configured [registries]`,
      expect.stringContaining(`${bad}:2:5: source[0]: name 'Bad' must be a valid DNS subdomain`),
      `${bad}:4:5: unknown key sources[0].claim, did you mean claims?`,
      '',
      '3 problems found',
      '',
    ]);
  });

  it('lists the problems for programs', async () => {
    const { code, stdout } = await runInProcess(['validate', '--config', bad, '--format', 'json']);

    const { problems } = JSON.parse(stdout) as { problems: Record<string, unknown>[] };
    expect(code).toBe(1);
    expect(problems).toHaveLength(3);
    expect(problems[2]).toEqual({
      path: 'sources[0].claim',
      line: 4,
      column: 5,
      message: 'unknown key sources[0].claim, did you mean claims?',
    });
    const valid = await runInProcess(['validate', '--config', good, '--format', 'json']);
    expect(JSON.parse(valid.stdout)).toEqual({ problems: [] });
  });

  it('takes --auth-mode and the environment into account', async () => {
    const path = folder.write(
      'bare.yaml',
      newConfigDocument((c) => void delete c.auth),
    );

    const argv = ['validate', '--config', path];
    expect((await runInProcess(argv)).code).toBe(1);
    expect((await runInProcess([...argv, '--auth-mode', 'anonymous'])).code).toBe(0);
    expect((await runInProcess(argv, { environment: { THV_REGISTRY_AUTH_MODE: 'anonymous' } })).code).toBe(0);
  });

  it('fails on a file that is not there', async () => {
    const run = await runInProcess(['validate', '--config', '/nowhere/c.yaml', '--format', 'json']);

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(
      'Error: failed to load configuration: cannot read configuration file "/nowhere/c.yaml": no such file',
    );
  });

  it('prints the JSON Schema without a configuration', async () => {
    const { code, stdout } = await runInProcess(['validate', '--print-schema']);

    const schema = JSON.parse(stdout) as { properties: object };
    expect(code).toBe(0);
    expect(Object.keys(schema.properties)).toEqual([
      'sources',
      'registries',
      'auth',
      'database',
      'audit',
      'telemetry',
      'catalog',
    ]);
  });
});
