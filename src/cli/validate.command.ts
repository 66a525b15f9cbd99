import type { Command } from 'commander';
import type { LocatedProblem } from '../config/load-config.js';
import type { CliContext } from './cli-context.js';
import { addConfigOption, asLoadFailure, requireConfigPath } from './config-option.js';
import { UsageError } from './usage-error.js';

interface ValidateFlags {
  readonly format: string;
  readonly authMode?: string;
  readonly printSchema?: boolean;
}

/** For people, and for editors that jump to `FILE:LINE:COLUMN`. */
function asText(file: string, problems: readonly LocatedProblem[]): string {
  if (problems.length === 0) return `${file}: the configuration is valid\n`;
  const lines = problems.map(({ path, line, column, message }) => {
    const where = path === '' || message.includes(path) ? '' : ` [${path}]`;
    return `${file}:${line}:${column}: ${message}${where}`;
  });
  lines.push('', `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} found`);
  return `${lines.join('\n')}\n`;
}

async function run(command: Command, { stdout, environment }: CliContext): Promise<number> {
  const { format, authMode, printSchema } = command.opts<ValidateFlags>();
  if (printSchema) {
    const { configJsonSchema } = await import('../config/reference/json-schema.js');
    stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    return 0;
  }
  const path = requireConfigPath(command);
  if (format !== 'json' && format !== 'text') {
    throw new UsageError(`invalid argument ${JSON.stringify(format)} for --format: expected text or json`);
  }
  const { validateConfig } = await import('../config/load-config.js');
  try {
    const problems = validateConfig({ path, environment, authMode });
    stdout.write(format === 'json' ? `${JSON.stringify({ problems }, null, 2)}\n` : asText(path, problems));
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    throw asLoadFailure(error);
  }
}

/** Adds `validate`, which reports all problems of a configuration at once (ahead.md P12). */
export function addValidateCommand(program: Command, context: CliContext, done: (code: number) => void): void {
  const command = program
    .command('validate')
    .summary('Check a configuration file')
    .description('Check a configuration file as `serve` would, and report all problems at once with their places.')
    .option('--format <format>', 'text or json', 'text')
    .option('--auth-mode <mode>', 'check as with this flag of serve')
    .option('--print-schema', 'print the JSON Schema of the configuration file');
  addConfigOption(command).action(async () => done(await run(command, context)));
}
