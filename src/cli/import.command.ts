import type { Command } from 'commander';
import type { CliContext } from './cli-context.js';
import { addConfigOption, loadCommandConfig, requireConfigPath } from './config-option.js';
import { UsageError } from './usage-error.js';

interface ImportFlags {
  readonly from?: string;
  readonly dryRun?: boolean;
}

async function run(command: Command, context: CliContext): Promise<void> {
  const { from: url, dryRun = false } = command.opts<ImportFlags>();
  if (url === undefined) throw new UsageError('required flag(s) "from" not set');
  const path = requireConfigPath(command);
  const { parseSourceUrl } = await import('./import/source-url.js');
  const database = parseSourceUrl(url);
  const loaded = await loadCommandConfig(path, context);
  const { EstablishedDatabase } = await import('./import/established-database.js');
  const { runImport } = await import('./import/run-import.js');
  const { withCommandDatabase } = await import('./command-database.js');
  const from = await EstablishedDatabase.open(database, context.environment);
  try {
    const summary = await withCommandDatabase(loaded, context, ({ connection }) =>
      runImport(connection, { from, config: loaded.config, dryRun }),
    );
    context.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  } finally {
    await from.close();
  }
}

/** Adds `import`, which takes over an existing deployment (ahead.md P11). */
export function addImportCommand(program: Command, context: CliContext): void {
  const command = program
    .command('import')
    .summary('Take over the database of the established server')
    .description(
      'Copy what was made over the API of the established server (sources, registries, published entries) into the\n' +
        'configured database, which is migrated first. Reads a database at schema version 23 and changes nothing in it.\n' +
        'What is there already stays as it is, so the command may be repeated. Prints counts as JSON.',
    )
    .option('--from <url>', 'postgres://user:password@host:5432/database of the established server (required)')
    .option('--dry-run', 'report what would be copied, and write nothing');
  addConfigOption(command).action(async () => run(command, context));
}
