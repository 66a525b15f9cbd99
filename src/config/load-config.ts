import { buildConfig } from './build/build-config.js';
import { checkConfig } from './checks/check-config.js';
import { findUnreachableRegistries } from './checks/registries.checks.js';
import { findStartupProblems } from './checks/startup.checks.js';
import { ConfigError } from './config-error.js';
import type { RegistryConfig } from './config.js';
import { decodeConfig } from './decode.js';
import { readEnvironment } from './environment-variables.js';
import { canonicaliseKeys } from './file/canonical-keys.js';
import { readConfigFile } from './file/config-file.js';
import { findOrigin, formatPath, locate, type MappingNode } from './file/config-node.js';
import { ConfigSyntaxError } from './file/syntax-error.js';
import { applyAuthMode, applyEnvironment, type Environment } from './overrides.js';
import type { Problem } from './problem.js';
import { configSchema, type RawConfig } from './schema/config.schema.js';
import { describeBlock } from './schema/schema-shape.js';

/** Where the configuration comes from. */
export interface ConfigOrigin {
  /** The file, as `--config` names it. */
  readonly path: string;
  readonly environment: Environment;
  /** The value of `--auth-mode`; empty counts as not given. */
  readonly authMode?: string;
}

/** A problem at its place in the file, as `validate` reports it. */
export interface LocatedProblem {
  /** `sources[0].file.url`; empty where the file is not well formed. */
  readonly path: string;
  /** Counted from one. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Reading {
  readonly root: MappingNode;
  readonly raw: RawConfig;
  /** In the order in which a start reports them: duplicate keys, wrong types, then the checks. */
  readonly problems: readonly Problem[];
  /** What a start goes on with: unknown keys, and registries that cannot be reached. */
  readonly oddities: readonly Problem[];
}

function isSamePlace(a: Problem, b: Problem): boolean {
  const shorter = Math.min(a.path.length, b.path.length);
  return a.path.slice(0, shorter).every((step, index) => step === b.path[index]);
}

/** The problems that do not concern a place, or part of it, that has been reported already. */
function withoutEchoes(problems: readonly Problem[], reported: readonly Problem[]): readonly Problem[] {
  return problems.filter((problem) => !reported.some((other) => isSamePlace(other, problem)));
}

/** The problems, each with the variable or flag that it comes from: the file may well say something else there. */
function withOrigins(problems: readonly Problem[], root: MappingNode): readonly Problem[] {
  return problems.map((problem) => {
    const origin = findOrigin(root, problem.path);
    return origin === undefined ? problem : { ...problem, message: `${problem.message} (from ${origin})` };
  });
}

function read({ path, environment, authMode }: ConfigOrigin): Reading {
  const shape = describeBlock(configSchema);
  const tree = canonicaliseKeys(readConfigFile(path), shape);
  const root = applyAuthMode(applyEnvironment(tree.root, shape, environment), authMode);
  const { raw, problems: misfits } = decodeConfig(root, shape);
  const { insecureUrl } = readEnvironment(environment);
  // A value of a wrong type is left out, which must not be reported a second time as a missing one.
  const checks = withOrigins(withoutEchoes(checkConfig(raw, { insecureUrl }), misfits), root);
  const problems = [...tree.duplicates, ...misfits, ...checks];
  const unreachable = withoutEchoes(findUnreachableRegistries(raw.registries), problems);
  return { root, raw, problems, oddities: [...tree.unknownKeys, ...unreachable] };
}

/**
 * Reads the configuration: defaults, overridden by the file, by the environment, and by `--auth-mode` (operations spec 1).
 * @param onWarning - called with a line for each unknown key, which names its full path, and for each registry that no
 * request reaches, when the configuration is valid
 * @returns the configuration, deeply frozen
 * @throws ConfigError for the first problem; what only `serve` checks is not among them (see `checkStartup`)
 */
export function loadConfig(origin: ConfigOrigin, onWarning?: (warning: string) => void): RegistryConfig {
  const { raw, problems, oddities } = read(origin);
  const [first] = problems;
  if (first) throw new ConfigError(`invalid configuration: ${first.message}`);
  for (const { message } of oddities) onWarning?.(message);
  return buildConfig(raw, readEnvironment(origin.environment));
}

/**
 * Finds everything that is wrong with the configuration, what a start only warns about and the checks of `serve` included
 * (ahead.md P12).
 * @returns the problems in the order of their places in the file
 * @throws ConfigError when the file cannot be read at all
 */
export function validateConfig(origin: ConfigOrigin): readonly LocatedProblem[] {
  try {
    const { root, raw, problems, oddities } = read(origin);
    // Building tolerates what the checks have refused, so that everything is found at once.
    const startup = findStartupProblems(buildConfig(raw, readEnvironment(origin.environment)));
    const found = [...problems, ...withOrigins(withoutEchoes(startup, problems), root), ...oddities];
    const located = found.map((problem) => ({
      path: formatPath(problem.path),
      ...(problem.position ?? locate(root, problem.path)),
      message: problem.message,
    }));
    return located.toSorted((a, b) => a.line - b.line || a.column - b.column);
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    return error.problems.map(({ message, position }) => ({ path: '', ...position, message }));
  }
}
