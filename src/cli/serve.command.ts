import type { Command } from 'commander';
import { thisProcess } from '../common/process-role.js';
import { parseAddress, type Address } from './address.js';
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

/** The flag where it was given, else the variable where it is set, else the flag's default (operations spec R-2). */
function chooseAddress(
  command: Command,
  flag: 'address' | 'internalAddress',
  variable: string,
  value?: string,
): Address {
  const isGiven = command.getOptionValueSource(flag) === 'cli';
  if (!isGiven && value) return parseAddress(value, variable);
  const name = flag === 'address' ? '--address' : '--internal-address';
  return parseAddress(command.opts<ServeFlags>()[flag], name);
}

function chooseWorkers(command: Command, value?: string): number {
  const isGiven = command.getOptionValueSource('workers') === 'cli';
  if (!isGiven && value) return parseWorkerCount(value, 'THV_REGISTRY_WORKERS');
  return parseWorkerCount(command.opts<ServeFlags>().workers, '--workers');
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
    address: chooseAddress(command, 'address', 'THV_REGISTRY_ADDRESS', address),
    internalAddress: chooseAddress(command, 'internalAddress', 'THV_REGISTRY_INTERNAL_ADDRESS', internalAddress),
    role: thisProcess,
    configPath: path,
    reload: await createReload({ path, environment: context.environment, authMode }),
  };
  const workers = chooseWorkers(command, wanted);
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
