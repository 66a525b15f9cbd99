import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchFolder } from '../test/harness/config-files.js';
import { createServerDatabase, runProgram, type ServerDatabase } from './harness/server.js';

const folder = createScratchFolder();
let database: ServerDatabase;
let config: string;

beforeAll(async () => {
  database = await createServerDatabase();
  config = folder.write('config.yaml', {
    sources: [{ name: 'published', managed: {} }],
    registries: [{ name: 'default', sources: ['published'] }],
    auth: { mode: 'anonymous' },
    database: database.block,
  });
});

afterAll(async () => {
  await database.drop();
  folder.remove();
});

async function tables(): Promise<number> {
  const rows = await database.query("SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'");
  return rows.length;
}

describe('migrate', () => {
  it('goes nowhere without a confirmation', async () => {
    expect(await runProgram(['migrate', 'up', '--config', config], { input: 'no\n' })).toMatchObject({
      code: 0,
      stdout: 'Continue? (yes/no): ',
    });
    expect(await runProgram(['migrate', 'up', '--config', config], { input: '' })).toMatchObject({ code: 1 });
    expect(await tables()).toBe(0);
  });

  it('goes up when confirmed, step by step if so wished, and may be repeated', async () => {
    const first = await runProgram(['migrate', 'up', '-n', '1', '--config', config], { input: 'y' });
    const afterOne = await tables();
    const rest = await runProgram(['migrate', 'up', '--yes', '--config', config]);
    const again = await runProgram(['migrate', 'up', '-y', '--config', config]);

    expect([first.code, rest.code, again.code]).toEqual([0, 0, 0]);
    expect([rest.stdout, again.stdout]).toEqual(['', '']);
    expect(afterOne).toBeGreaterThan(0);
  });

  it('goes down for a whole yes only', async () => {
    const before = await database.query('SELECT version FROM schema_migrations');
    const down = (input: string) => runProgram(['migrate', 'down', '-n', '1', '--config', config], { input });

    expect(await down('y\n')).toMatchObject({ code: 0 });
    expect(await database.query('SELECT version FROM schema_migrations')).toEqual(before);
    expect(await down('yes\n')).toMatchObject({ code: 0 });
    expect(await database.query('SELECT version FROM schema_migrations')).not.toEqual(before);
    expect(await runProgram(['migrate', 'up', '-y', '--config', config])).toMatchObject({ code: 0 });
  });

  it('ends with 1 and one plain line when the database is away', async () => {
    const away = folder.write('away.yaml', {
      sources: [{ name: 'published', managed: {} }],
      registries: [{ name: 'default', sources: ['published'] }],
      auth: { mode: 'anonymous' },
      database: { ...database.block, port: 1, password: 'hunter2' },
    });

    const run = await runProgram(['migrate', 'up', '-y', '--config', away]);

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^Error: cannot connect to database .* at 127\.0\.0\.1:1 as user /m);
    expect(run.stderr).not.toContain('hunter2');
  });
});

describe('serve', () => {
  it('ends with 1 and says why when the database takes no changes', async () => {
    const standby = await createServerDatabase();
    const file = folder.write('standby.yaml', {
      sources: [{ name: 'published', managed: {} }],
      registries: [{ name: 'default', sources: ['published'] }],
      auth: { mode: 'anonymous' },
      database: standby.block,
    });
    await runProgram(['migrate', 'up', '-y', '--config', file]);
    await standby.query(`ALTER DATABASE "${String(standby.block['database'])}" SET default_transaction_read_only = on`);

    const run = await runProgram(['serve', '--config', file, '--address', ':0', '--internal-address', ':0']);
    await standby.drop();

    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^Error: database unavailable: cannot execute [A-Z ]+ in a read-only transaction$/m);
  });
});

describe('prime-db', () => {
  const users = ["o'brien", 'Größe 1', 'with"quote'].map((name) => `${name}_${randomBytes(3).toString('hex')}`);

  afterAll(async () => {
    for (const user of users) await database.query(`DROP ROLE IF EXISTS "${user.replaceAll('"', '""')}"`);
  });

  it.each(users)('lets %s in with any password, which a repetition keeps', async (user) => {
    const password = `it's $$ $prime$ \\ ${user}`;

    const first = await runProgram(['prime-db', user, '--config', config], { input: `  ${password}\n` });
    const second = await runProgram(['prime-db', user, '--config', config], { input: 'another' });

    expect([first.code, second.code], first.stderr).toEqual([0, 0]);
    expect(first.stdout).toBe('');
    const { host, port, database: name } = database.block as { host: string; port: number; database: string };
    const client = new Client({ host, port, database: name, user, password });
    await client.connect();
    const { rows } = await client.query(
      "SELECT pg_has_role(current_user, 'toolhive_registry_server', 'member') AS member",
    );
    await client.end();
    expect(rows).toEqual([{ member: true }]);
  });
});

describe('unknown keys', () => {
  it('are warned about by their full path in JSON log lines', async () => {
    const path = folder.write('typo.yaml', {
      sources: [{ name: 'published', managed: {}, clams: {} }],
      registries: [{ name: 'default', sources: ['published'] }],
      auth: { mode: 'anonymous' },
      database: { ...database.block, maxOpenConn: 5 },
    });

    const { stderr } = await runProgram(['migrate', 'up', '-y', '--config', path], { env: { LOG_LEVEL: 'warn' } });

    const warnings = stderr.split('\n').filter((line) => line.includes('"level":"WARN"'));
    expect(warnings.join('\n')).toContain('sources[0].clams, did you mean claims?');
    expect(warnings.join('\n')).toContain('database.maxOpenConn, did you mean maxOpenConns?');
  });
});

describe('completion bash', () => {
  async function complete(line: string): Promise<string[]> {
    const { stdout: script } = await runProgram(['completion', 'bash']);
    const words = line.split(' ');
    const test = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_thv_registry_api
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', test]);
    return stdout.split('\n').filter(Boolean);
  }

  it.each([
    ['thv-registry-api ', ['completion', 'help', 'import', 'migrate', 'prime-db', 'serve', 'validate', 'version']],
    ['thv-registry-api m', ['migrate']],
    ['thv-registry-api --debug migrate ', ['up', 'down']],
    ['thv-registry-api migrate --config up d', ['down']],
    ['thv-registry-api migrate down --n', ['--num-steps']],
    ['thv-registry-api serve --auth-mode ', ['anonymous', 'oauth']],
    ['thv-registry-api completion p', ['powershell']],
    ['thv-registry-api serve --c', ['--config']],
  ])('completes "%s"', async (line, expected) => {
    await expect(complete(line)).resolves.toEqual(expected);
  });
});

describe('version', () => {
  it('answers at once, without loading the server', async () => {
    const start = performance.now();

    const { code, stdout } = await runProgram(['version', '--format', 'json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('version');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
