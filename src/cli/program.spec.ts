import { afterAll, describe, expect, it } from 'vitest';
import { inputOf, runInProcess } from '../../test/harness/cli-run.js';
import { createScratchFolder, newConfigDocument } from '../../test/harness/config-files.js';

const folder = createScratchFolder();
afterAll(() => folder.remove());
const config = folder.write('c.yaml', newConfigDocument());

const COMMANDS = ['completion', 'help', 'import', 'migrate', 'prime-db', 'serve', 'validate', 'version'];

describe('help', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']], [['--debug']]])(
    'of the program is printed for %j',
    async (argv) => {
      const run = await runInProcess(argv);

      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(run.stdout).toContain('Usage:\n  thv-registry-api [flags]\n  thv-registry-api [command]\n');
      expect(run.stdout).toContain('Flags:\n      --debug');
      for (const command of COMMANDS) expect(run.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    },
  );

  it('of serve lists its flags with defaults and the global ones', async () => {
    const { stdout } = await runInProcess(['serve', '--help']);

    expect(stdout).toMatch(/--address <host:port> .*default ":8080"/);
    expect(stdout).toMatch(/--internal-address <host:port> .*default ":8081"/);
    expect(stdout).toMatch(
      /Flags:[\s\S]*--auth-mode[\s\S]*--config[\s\S]*-h, --help[\s\S]*Global Flags:[\s\S]*--debug/,
    );
  });

  it.each([
    [['help', 'migrate', 'down']],
    [['migrate', 'down', '--help']],
    [['migrate', 'down', '-h', '--config', 'x']],
  ])('of a subcommand is printed for %j', async (argv) => {
    const run = await runInProcess(argv);

    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/-y, --yes[\s\S]*-n, --num-steps/);
  });

  it('of a shell is that of completion', async () => {
    const run = await runInProcess(['help', 'completion', 'bash']);

    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('Usage:\n  thv-registry-api completion');
  });

  it('of an unknown topic is an error', async () => {
    const run = await runInProcess(['help', 'migrate', 'sideways']);

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('Error: unknown help topic "migrate sideways"');
  });
});

describe('a letter with a value behind =', () => {
  it.each([
    ['-n=1.5', '"1.5"'],
    ['-yn=x', '"x"'],
    ['-n=', '""'],
    ['--num-steps=-1', '"-1"'],
  ])('%s is read as the flag and its value', async (flag, value) => {
    const run = await runInProcess(['migrate', 'down', '--config', config, flag]);

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(`Error: invalid argument ${value} for --num-steps: expected a whole number`);
  });
});

describe('a switch with a value', () => {
  const dryRun = (...flags: string[]) =>
    runInProcess(['prime-db', 'u', '--config', 'nowhere.yaml', ...flags], { input: inputOf('pw') });

  it.each(['--dry-run=true', '--dry-run=1'])('%s is set', async (flag) => {
    expect(await dryRun(flag, '--debug=false')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['--dry-run=false', '--dry-run=F'])('%s is not set', async (flag) => {
    const { code, stderr } = await dryRun(flag);

    expect([code, stderr]).toEqual([1, expect.stringContaining('nowhere.yaml')]);
  });
});

describe('a command line that cannot be understood', () => {
  it.each<[string[], string]>([
    [['nosuch'], 'unknown command "nosuch" for "thv-registry-api"'],
    [['nosuch', '--help'], 'unknown command "nosuch" for "thv-registry-api"'],
    [['version', '--debug=maybe'], 'invalid argument "maybe" for --debug: expected true or false'],
    [['migrate', 'sideways', '--config', 'x'], 'unknown command "sideways" for "thv-registry-api migrate"'],
    [['--version'], 'unknown flag: --version'],
    [['serve', '--bogus'], 'unknown flag: --bogus'],
    [['serve', '--bogus=1'], 'unknown flag: --bogus'],
    [['version', '-x'], 'unknown flag: -x'],
    [['import', '--config', 'x'], 'required flag(s) "from" not set'],
    [['import', '--from', 'postgres://u:p@h/d'], 'required flag(s) "config" not set'],
    [['serve', '--config'], 'flag needs an argument: --config'],
    [['serve'], 'required flag(s) "config" not set'],
    [['validate'], 'required flag(s) "config" not set'],
    [['migrate'], 'required flag(s) "config" not set'],
    [['migrate', 'up'], 'required flag(s) "config" not set'],
    [['migrate', 'down', '-n', '1'], 'required flag(s) "config" not set'],
    [['prime-db', 'someone'], 'required flag(s) "config" not set'],
    [['migrate', 'down', '--config', config], '--num-steps flag is required'],
    [['migrate', 'down', '--config', config, '-n', '0'], '--num-steps flag is required'],
    [['migrate', 'down', '--config', config, '-n', '1001'], '--num-steps must not exceed 1000'],
    [['migrate', 'down', '--config', config, '-n', '-1'], 'invalid argument "-1" for --num-steps'],
    [['migrate', 'up', '--config', config, '-n', 'x'], 'invalid argument "x" for --num-steps'],
    [['prime-db', '--config', config], "missing required argument 'username'"],
    [['prime-db', 'a', 'b', '--config', config], 'too many arguments'],
    [['prime-db', '', '--config', config], 'must not be empty'],
    [['validate', '--config', config, '--format', 'xml'], 'invalid argument "xml" for --format'],
  ])('%j ends with 1 and says why on standard error', async (argv, message) => {
    const run = await runInProcess(argv);

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^Error: /);
    expect(run.stderr).toContain(message);
  });
});

describe('a configuration that cannot be used', () => {
  const broken = folder.write(
    'broken.yaml',
    newConfigDocument((c) => void (c.registries = [])),
  );

  it.each([
    [['serve', '--config', broken]],
    [['migrate', 'up', '--yes', '--config', broken]],
    [['migrate', 'down', '-n', '1', '--config', broken]],
    [['prime-db', 'someone', '--config', broken]],
  ])('ends %j with one line', async (argv) => {
    const run = await runInProcess(argv);

    expect(run).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Error: failed to load configuration: invalid configuration: at least one registry must be configured\n',
    });
  });

  it('counts with the last --config given', async () => {
    const run = await runInProcess(['migrate', 'up', '--yes', '--config', config, '--config=/nowhere/c.yaml']);

    expect(run.stderr).toContain('"/nowhere/c.yaml": no such file');
  });
});

describe('serve', () => {
  it.each([
    [['--address', '8080'], {}, 'invalid --address "8080"'],
    [['--internal-address', ''], {}, 'invalid --internal-address ""'],
    [[], { THV_REGISTRY_ADDRESS: 'example.com:1' }, 'invalid THV_REGISTRY_ADDRESS "example.com:1"'],
    [['--address', ':x'], { THV_REGISTRY_ADDRESS: ':1' }, 'invalid --address ":x"'],
  ])('checks %j with %j before anything is started', async (flags, environment, message) => {
    const run = await runInProcess(['serve', '--config', config, ...flags], { environment });

    expect(run.code).toBe(1);
    expect(run.stderr).toContain(message);
  });

  it('checks telemetry, which other commands do not', async () => {
    const path = folder.write(
      't.yaml',
      newConfigDocument((c) => void (c['telemetry'] = { enabled: true, tracing: { enabled: true, sampling: 7 } })),
    );

    const run = await runInProcess(['serve', '--config', path]);

    expect(run.code).toBe(1);
    expect(run.stderr).toContain('sampling must be greater than 0.0 and at most 1.0');
  });

  it.each(['basic', 'oauth'])('refuses --auth-mode %s for a file without providers', async (mode) => {
    expect((await runInProcess(['serve', '--config', config, '--auth-mode', mode, 'extra', 'words'])).code).toBe(1);
  });
});

describe('migrate', () => {
  it('prints its usage on standard error when no subcommand is given', async () => {
    const run = await runInProcess(['migrate', '--config', 'whatever']);

    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toMatch(/^Usage:[\s\S]*\n {2}up [\s\S]*\n {2}down /m);
  });

  it.each<[string, string, number]>([
    ['up', 'no\n', 0],
    ['up', 'Y\n', 0],
    ['up', 'yess', 0],
    ['up', '\n', 1],
    ['up', '', 1],
    ['up', 'yes please\n', 1],
    ['down', 'y\n', 0],
    ['down', 'YES\n', 0],
    ['down', '\n', 0],
    ['down', '', 0],
  ])('%s is not confirmed by %j and ends with %i', async (direction, answer, code) => {
    const argv = ['migrate', direction, '-n', '1', '--config', config];

    const run = await runInProcess(argv, { input: inputOf(answer), environment: { LOG_LEVEL: 'error' } });

    const prompts = { up: 'Continue? (yes/no): ', down: "Are you sure you want to continue? Type 'yes' to proceed: " };
    expect(run).toMatchObject({ code, stdout: prompts[direction as 'up' | 'down'] });
  });
});

describe('prime-db --dry-run', () => {
  it('prints the SQL without looking at the configuration', async () => {
    const argv = ['prime-db', "o'brien", '--dry-run', '--config', '/nowhere/c.yaml'];

    const run = await runInProcess(argv, { input: inputOf("  it's $$ \\secret\n") });

    expect(run.code).toBe(0);
    expect(run.stdout).toContain('CREATE ROLE toolhive_registry_server');
    expect(run.stdout).toContain(`CREATE ROLE "o'brien" LOGIN PASSWORD E'it''s $$ \\\\secret'`);
  });

  it('refuses an empty password', async () => {
    const run = await runInProcess(['prime-db', 'a', '--dry-run', '--config', 'x'], { input: inputOf(' \n') });

    expect(run).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('version', () => {
  it('--format json prints five non-empty texts', async () => {
    const { code, stdout } = await runInProcess(['version', '--format', 'json', 'extra']);

    const version = JSON.parse(stdout) as Record<string, unknown>;
    expect(code).toBe(0);
    expect(Object.keys(version)).toEqual(['version', 'commit', 'build_date', 'go_version', 'platform']);
    expect(Object.values(version).every((value) => typeof value === 'string' && value !== '')).toBe(true);
    expect(version['platform']).toMatch(/^(linux|darwin|windows)\/\w+$/);
    expect(stdout).toMatch(/^\{\n {2}"version"/);
  });

  it.each([[['version']], [['version', '--format=xml']]])('%j prints nothing on standard output', async (argv) => {
    await expect(runInProcess(argv)).resolves.toMatchObject({ code: 0, stdout: '' });
  });
});

describe('--debug', () => {
  it.each([
    [{}, 'debug'],
    [{ THV_REGISTRY_LOG_LEVEL: '', LOG_LEVEL: '' }, 'debug'],
    [{ THV_REGISTRY_LOG_LEVEL: 'error' }, 'error'],
    [{ LOG_LEVEL: 'warn' }, undefined],
  ])('with %j leaves the level %s', async (environment, level) => {
    const before = await runInProcess(['--debug', 'version', '--format', 'json'], { environment });
    const after = await runInProcess(['version', '--format', 'json', '--debug'], { environment });

    expect(before.environment['THV_REGISTRY_LOG_LEVEL']).toBe(level);
    expect(after.environment['THV_REGISTRY_LOG_LEVEL']).toBe(level);
  });
});
