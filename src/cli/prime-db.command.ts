import type { Command } from 'commander';
import type { CliContext } from './cli-context.js';
import { addConfigOption, loadCommandConfig, requireConfigPath } from './config-option.js';
import { readAll, readHidden } from './prompt.js';
import { UsageError } from './usage-error.js';

/** PostgreSQL cuts longer names off, so that two users could become one. */
const MAX_NAME_BYTES = 63;

function checkUsername(username: string): void {
  if (username.trim() === '') throw new UsageError('USERNAME must not be empty');
  if (username.includes('\0')) throw new UsageError('USERNAME must not contain NUL characters');
  if (Buffer.byteLength(username) > MAX_NAME_BYTES) {
    throw new UsageError(`USERNAME must not be longer than ${MAX_NAME_BYTES} bytes`);
  }
}

async function readPassword(username: string, { stdin, stderr }: CliContext): Promise<string> {
  const prompt = `Password for user ${JSON.stringify(username)}: `;
  const password = (stdin.isTTY ? await readHidden(stdin, prompt, stderr) : await readAll(stdin)).trim();
  if (password === '') throw new Error('the password must not be empty');
  if (password.includes('\0')) throw new Error('the password must not contain NUL characters');
  return password;
}

async function run(username: string, command: Command, context: CliContext): Promise<void> {
  const path = requireConfigPath(command);
  checkUsername(username);
  const { primeDatabaseSql } = await import('./prime-db-sql.js');
  if (command.opts<{ dryRun?: boolean }>().dryRun) {
    context.stdout.write(primeDatabaseSql(username, await readPassword(username, context)));
    return;
  }
  const loaded = await loadCommandConfig(path, context);
  const sql = primeDatabaseSql(username, await readPassword(username, context));
  const { runAsMigrationUser, withCommandDatabase } = await import('./command-database.js');
  await withCommandDatabase(loaded, context, (database) => runAsMigrationUser(database, sql));
  const { createLogger } = await import('../telemetry/logging.js');
  createLogger('cli').info({ user: username }, 'database user primed');
}

/** Adds `prime-db`. */
export function addPrimeDbCommand(program: Command, context: CliContext): void {
  const command = program
    .command('prime-db')
    .summary('Create the database user that the server works as')
    .description(
      'Create the role toolhive_registry_server and a login user that holds it, as the migration user.\n' +
        'The password is read from standard input. An existing user keeps its password.',
    )
    .argument('<username>', 'name of the user')
    .option('--dry-run', 'print the SQL, the password included, and connect to nothing');
  addConfigOption(command).action(async (username: string) => run(username, command, context));
}
