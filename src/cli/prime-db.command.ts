import type { Command } from 'commander';
import { Secret } from '../common/secret.js';
import type { CliContext } from './cli-context.js';
import { addConfigOption, loadCommandConfig, requireConfigPath } from './config-option.js';
import { readAll, readHidden } from './prompt.js';

async function readPassword(username: string, { stdin, stderr }: CliContext): Promise<Secret> {
  const prompt = `Password for user ${JSON.stringify(username)}: `;
  const password = (stdin.isTTY ? await readHidden(stdin, prompt, stderr) : await readAll(stdin)).trim();
  return new Secret(password);
}

async function run(username: string, command: Command, context: CliContext): Promise<void> {
  const path = requireConfigPath(command);
  const { assertDatabaseUsername, primeDatabase, primeSql } = await import('../database/prime-database.js');
  assertDatabaseUsername(username);
  if (command.opts<{ dryRun?: boolean }>().dryRun) {
    context.stdout.write(primeSql(username, await readPassword(username, context)));
    return;
  }
  const loaded = await loadCommandConfig(path, context);
  const password = await readPassword(username, context);
  const { withCommandDatabase } = await import('./command-database.js');
  await withCommandDatabase(loaded, context, ({ connection }) => primeDatabase(connection, username, password));
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
