import type { Command } from 'commander';
import { UsageError } from './usage-error.js';
import type { CliContext } from './cli-context.js';
import type { RegistryConfig } from '../config/config.js';
import { errorText } from '../common/error-text.js';

/** Declares `--config`; the last one given wins. */
export function addConfigOption(command: Command): Command {
  return command.option('--config <path>', 'path of the configuration file (required)');
}

/**
 * The value of `--config`, given to the command or to one above it.
 * @throws UsageError when it was not given
 */
export function requireConfigPath(command: Command): string {
  const path: unknown = command.optsWithGlobals()['config'];
  if (typeof path !== 'string') throw new UsageError('required flag(s) "config" not set');
  return path;
}

/** A configuration and a line for each of its unknown keys. */
export interface LoadedConfig {
  readonly config: RegistryConfig;
  readonly warnings: readonly string[];
}

/**
 * Loads the configuration file of a command.
 * @throws Error beginning with `failed to load configuration: `
 */
export async function loadCommandConfig(
  path: string,
  { environment }: CliContext,
  authMode?: string,
): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load-config.js');
  const warnings: string[] = [];
  try {
    const config = loadConfig({ path, environment, authMode }, (warning) => warnings.push(warning));
    return { config, warnings };
  } catch (error) {
    throw asLoadFailure(error);
  }
}

/** Puts what every failure of the configuration begins with before the error's message. */
export function asLoadFailure(error: unknown): Error {
  const message = errorText(error);
  return new Error(`failed to load configuration: ${message}`, { cause: error });
}
