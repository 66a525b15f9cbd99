import type { Command } from 'commander';
import { thisProcess } from '../common/process-role.js';
import { parseAddress } from './address.js';
import type { RegistryConfig } from '../config/config.js';
import type { ConfigOrigin } from '../config/load-config.js';
import type { CliContext } from './cli-context.js';
import { addConfigOption, asLoadFailure, loadCommandConfig, requireConfigPath } from './config-option.js';
import { parseWorkerCount } from './worker-count.js';

const DEFAULT_ADDRESS = ':8080';
const DEFAULT_INTERNAL_ADDRESS = ':8081';
const DEFAULT_WORKERS = '1';

interface ServeFlags {
  readonly address: string;
  readonly internalAddress: string;
  readonly workers: string;
  readonly authMode?: string;
}

/** The flags that a variable may stand for, and their names in messages. */
const FLAG_NAMES = { address: '--address', internalAddress: '--internal-address', workers: '--workers' } as const;

/**
 * The flag where it was given, else the variable where it is set, else the flag's default (operations spec R-2).
 * @param parse - reads the text, and is told where it comes from
 */
function choose<T>(
  command: Command,
  flag: keyof typeof FLAG_NAMES,
  variable: { readonly name: string; readonly value: string | undefined },
  parse: (text: string, origin: string) => T,
): T {
  const isGiven = command.getOptionValueSource(flag) === 'cli';
  if (!isGiven && variable.value) return parse(variable.value, variable.name);
  return parse(command.opts<ServeFlags>()[flag], FLAG_NAMES[flag]);
}

/** Reads the file again as the start did; problems only `serve` has are refused as well, unknown keys warned about. */
async function createReload(origin: ConfigOrigin): Promise<() => RegistryConfig> {
  const { loadConfig } = await import('../config/load-config.js');
  const { checkStartup } = await import('../config/checks/startup.checks.js');
  const { createLogger } = await import('../telemetry/logging.js');
  const log = createLogger('cli');
  return () => {
    const config = loadConfig(origin, (warning) => log.warn({ warning }, 'configuration warning'));
    checkStartup(config);
    return config;
  };
}

async function checkForServe(config: RegistryConfig): Promise<void> {
  const { checkStartup } = await import('../config/checks/startup.checks.js');
  try {
    checkStartup(config);
  } catch (error) {
    throw asLoadFailure(error);
  }
}

async function run(command: Command, context: CliContext): Promise<number> {
  const path = requireConfigPath(command);
  const { authMode } = command.opts<ServeFlags>();
  const { config, warnings } = await loadCommandConfig(path, context, authMode);
  await checkForServe(config);
  const { address, internalAddress, workers: wanted } = config.environment;
  const options = {
    config,
    warnings,
    address: choose(command, 'address', { name: 'THV_REGISTRY_ADDRESS', value: address }, parseAddress),
    internalAddress: choose(
      command,
      'internalAddress',
      { name: 'THV_REGISTRY_INTERNAL_ADDRESS', value: internalAddress },
      parseAddress,
    ),
    role: thisProcess,
    configPath: path,
    reload: await createReload({ path, environment: context.environment, authMode }),
  };
  const workers = choose(command, 'workers', { name: 'THV_REGISTRY_WORKERS', value: wanted }, parseWorkerCount);
  if (workers > 1 && thisProcess.worker === undefined) {
    const { supervise } = await import('../supervise.js');
    return supervise({ ...options, workers });
  }
  const { serve } = await import('../serve.js');
  await serve(options);
  return 0;
}

/** Adds `serve`. Everything heavy is imported when it runs. */
export function addServeCommand(program: Command, context: CliContext, done: (code: number) => void): void {
  const command = program
    .command('serve')
    .summary('Run the registry server')
    .description('Run the registry server: the API on one port, health, readiness, version and metrics on another.')
    .option('--address <host:port>', 'address of the API', DEFAULT_ADDRESS)
    .option(
      '--internal-address <host:port>',
      'address of health, readiness, version and metrics',
      DEFAULT_INTERNAL_ADDRESS,
    )
    .option(
      '--workers <n>',
      'processes that serve the API, 1 to 64; one of them does the background work',
      DEFAULT_WORKERS,
    )
    .option('--auth-mode <mode>', 'override auth.mode of the configuration: anonymous or oauth')
    .allowExcessArguments(true);
  addConfigOption(command).action(async () => done(await run(command, context)));
}
