import type { Command } from 'commander';
import { parseAddress, type Address } from './address.js';
import type { RegistryConfig } from '../config/config.js';
import type { ConfigOrigin } from '../config/load-config.js';
import type { CliContext } from './cli-context.js';
import { addConfigOption, asLoadFailure, loadCommandConfig, requireConfigPath } from './config-option.js';

const DEFAULT_ADDRESS = ':8080';
const DEFAULT_INTERNAL_ADDRESS = ':8081';

interface ServeFlags {
  readonly address: string;
  readonly internalAddress: string;
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
  const { address, internalAddress } = config.environment;
  const options = {
    config,
    warnings,
    address: chooseAddress(command, 'address', 'THV_REGISTRY_ADDRESS', address),
    internalAddress: chooseAddress(command, 'internalAddress', 'THV_REGISTRY_INTERNAL_ADDRESS', internalAddress),
    configPath: path,
    reload: await createReload({ path, environment: context.environment, authMode }),
  };
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
    .option('--auth-mode <mode>', 'override auth.mode of the configuration: anonymous or oauth')
    .allowExcessArguments(true);
  addConfigOption(command).action(async () => done(await run(command, context)));
}
