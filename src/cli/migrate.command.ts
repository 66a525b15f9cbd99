import type { Command } from 'commander';
import type { CliContext } from './cli-context.js';
import { addConfigOption, loadCommandConfig, requireConfigPath } from './config-option.js';
import { formatUsage } from './help-text.js';
import { readLine } from './prompt.js';
import { UsageError } from './usage-error.js';

const MAX_STEPS = 1000;

interface MigrateFlags {
  readonly yes?: boolean;
  readonly numSteps?: number;
}

function parseSteps(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`invalid argument ${JSON.stringify(text)} for --num-steps: expected a whole number`);
}

/** Whether to go on with `up`: `yes` and `y` do, another word does not (operations spec 3.3). */
function confirmsUp(line: string | undefined): boolean {
  const words = (line ?? '').trim().split(/\s+/).filter(Boolean);
  const [word] = words;
  if (word === undefined) throw new Error('no answer to the prompt: type yes or no, or use --yes');
  if (words.length > 1) throw new Error('more than one word in answer to the prompt: type yes or no');
  return word === 'yes' || word === 'y';
}

/** Down loses data, so only the whole word counts. */
function confirmsDown(line: string | undefined): boolean {
  return line?.trim() === 'yes';
}

interface Direction {
  readonly name: 'up' | 'down';
  readonly prompt: string;
  readonly confirms: (line: string | undefined) => boolean;
}

const UP: Direction = { name: 'up', prompt: 'Continue? (yes/no): ', confirms: confirmsUp };

const DOWN: Direction = {
  name: 'down',
  prompt: "Are you sure you want to continue? Type 'yes' to proceed: ",
  confirms: confirmsDown,
};

async function migrate(direction: Direction, command: Command, context: CliContext): Promise<void> {
  const { yes, numSteps } = command.opts<MigrateFlags>();
  const path = requireConfigPath(command);
  if (direction.name === 'down') checkStepsDown(numSteps);
  const loaded = await loadCommandConfig(path, context);
  if (!yes) {
    context.stdout.write(direction.prompt);
    if (!direction.confirms(await readLine(context.stdin))) return logCancelled();
  }
  const { withCommandDatabase } = await import('./command-database.js');
  const { MigrationRunner } = await import('../database/migrations/migration-runner.js');
  const result = await withCommandDatabase(loaded, context, async ({ connection }) => {
    const runner = await MigrationRunner.create(connection);
    // Zero steps up means the flag's own default: all there are.
    return direction.name === 'up' ? runner.up(numSteps || undefined) : runner.down(numSteps ?? 0);
  });
  const { createLogger } = await import('../telemetry/logging.js');
  createLogger('cli').info({ version: result.version, steps: result.steps }, 'database migrated');
}

function checkStepsDown(steps: number | undefined): void {
  if (!steps) throw new UsageError('--num-steps flag is required');
  if (steps > MAX_STEPS) throw new UsageError(`--num-steps must not exceed ${MAX_STEPS}, got ${steps}`);
}

async function logCancelled(): Promise<void> {
  const { createLogger } = await import('../telemetry/logging.js');
  createLogger('cli').info('migration cancelled');
}

function addDirection(
  parent: Command,
  direction: Direction,
  summary: string,
  steps: string,
  context: CliContext,
): void {
  const command = parent
    .command(direction.name)
    .description(summary)
    .option('-y, --yes', 'do not ask')
    .option('-n, --num-steps <number>', steps, parseSteps);
  command.action(async () => migrate(direction, command, context));
}

/** Adds `migrate` with `up` and `down`; without a subcommand it prints its usage on standard error. */
export function addMigrateCommand(program: Command, context: CliContext): void {
  const command = addConfigOption(program.command('migrate'))
    .summary('Migrate the database schema')
    .description('Migrate the database schema as the migration user. `serve` does it as well when it starts.')
    .argument('[subcommand...]');
  addDirection(command, UP, 'Apply the missing migrations', 'apply at most this many', context);
  addDirection(
    command,
    DOWN,
    'Take the newest migrations back; their data is lost',
    'how many, 1 to 1000 (required)',
    context,
  );
  command.action((words: string[]) => {
    const [word] = words;
    if (word !== undefined) throw new UsageError(`unknown command "${word}" for "thv-registry-api migrate"`);
    requireConfigPath(command);
    context.stderr.write(formatUsage(command));
  });
}
