import { Command, CommanderError } from 'commander';
import { errorText } from '../common/error-text.js';
import { UnavailableError } from '../common/errors.js';
import type { CliContext } from './cli-context.js';
import { addCompletionCommand } from './completion.command.js';
import { addHelpCommand } from './help.command.js';
import { withSeparateValues } from './flag-values.js';
import { formatHelp } from './help-text.js';
import { addImportCommand } from './import.command.js';
import { addMigrateCommand } from './migrate.command.js';
import { addPrimeDbCommand } from './prime-db.command.js';
import { addServeCommand } from './serve.command.js';
import { UsageError, usageMessage } from './usage-error.js';
import { addValidateCommand } from './validate.command.js';
import { addVersionCommand } from './version.command.js';

const NAME = 'thv-registry-api';

/** `--debug` counts unless the environment names a level; it must be set before the logger is loaded. */
function enableDebugLogging(environment: NodeJS.ProcessEnv): void {
  if (environment['THV_REGISTRY_LOG_LEVEL'] || environment['LOG_LEVEL']) return;
  environment['THV_REGISTRY_LOG_LEVEL'] = 'debug';
}

/**
 * Declares the command line.
 * @param done - takes the exit code of a command that ends without an error and yet not with 0
 */
export function createProgram(context: CliContext, done: (code: number) => void): Command {
  const program = new Command(NAME)
    .description('ToolHive Registry Server: governs which MCP servers, skills and plugins people and AI clients see.')
    .option('--debug', 'log debug messages, unless the environment sets a log level')
    .helpOption('-h, --help', 'help for the command')
    .helpCommand(false)
    .argument('[command...]')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void context.stdout.write(text), writeErr: () => undefined })
    .configureHelp({ formatHelp })
    .hook('preAction', () => {
      if (program.opts<{ debug?: boolean }>().debug) enableDebugLogging(context.environment);
    })
    .action(([word]: string[]) => {
      if (word !== undefined) throw new UsageError(`unknown command "${word}" for "${NAME}"`);
      program.outputHelp();
    });
  addCompletionCommand(program, context);
  addHelpCommand(program);
  addImportCommand(program, context);
  addMigrateCommand(program, context);
  addPrimeDbCommand(program, context);
  addServeCommand(program, context, done);
  addValidateCommand(program, context, done);
  addVersionCommand(program, context);
  return program;
}

/** An unknown command is an error also where `--help` follows it. */
function assertKnownCommand(word: string | undefined, program: Command): void {
  if (word === undefined || word === '' || word.startsWith('-')) return;
  if (program.commands.some((command) => command.name() === word)) return;
  throw new UsageError(`unknown command "${word}" for "${NAME}"`);
}

function messageOf(error: unknown): string {
  if (error instanceof CommanderError) return usageMessage(error);
  // What clients are not told of an outage is what the operator needs to know.
  if (error instanceof UnavailableError && error.cause) return `${error.message}: ${errorText(error.cause)}`;
  return errorText(error);
}

/** One line, whatever the error's message looks like. */
function errorLine(error: unknown): string {
  return `Error: ${messageOf(error).replaceAll(/\s*\n\s*/g, ' ')}\n`;
}

/**
 * Runs a command line to its end.
 * @param argv - the words after the program's name
 * @returns the exit code: 1 after any failure, which has been written to standard error as a line beginning with `Error: `
 */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  let code = 0;
  const program = createProgram(context, (result) => (code = result));
  try {
    assertKnownCommand(argv[0], program);
    await program.parseAsync(withSeparateValues(argv, program), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    context.stderr.write(errorLine(error));
    const isUsage = error instanceof CommanderError || error instanceof UsageError;
    if (isUsage) context.stderr.write(`Run "${NAME} --help" for usage.\n`);
    return 1;
  }
}
