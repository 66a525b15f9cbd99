import type { Command } from 'commander';
import { currentBuildInfo } from '../common/build-info.js';
import type { CliContext } from './cli-context.js';

/** Adds `version`: JSON on standard output, or one log line. */
export function addVersionCommand(program: Command, { stdout }: CliContext): void {
  program
    .command('version')
    .summary('Print version information')
    .description('Print version information: as JSON with --format json, else as a log line.')
    .option('--format <format>', 'json prints an object on standard output')
    .allowExcessArguments(true)
    .action(async ({ format }: { format?: string }) => {
      const info = currentBuildInfo();
      if (format === 'json') {
        stdout.write(`${JSON.stringify(info, null, 2)}\n`);
        return;
      }
      const { createLogger } = await import('../telemetry/logging.js');
      createLogger('version').info(info, 'version information');
    });
}
