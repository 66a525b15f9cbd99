import { maskUrlPasswords } from '../../common/url-password.js';
import { ConfigError } from '../config-error.js';
import type { RegistryConfig, TelemetryConfig } from '../config.js';
import { otlpBaseUrl } from '../otlp-endpoint.js';
import { ProblemList, type Problem } from '../problem.js';
import { findInvalidNamespace } from '../namespaces.js';
import { findInvalidSslMode } from '../ssl-modes.js';
import { checkProviderFiles } from './provider-files.checks.js';

function checkTelemetryBlock(telemetry: TelemetryConfig, problems: ProblemList): void {
  const { enabled, tracing, metrics, endpoint, insecure } = telemetry;
  if (!enabled) return;
  if (tracing.enabled && !(tracing.sampling > 0 && tracing.sampling <= 1)) {
    const rule = 'must be greater than 0.0 and at most 1.0';
    problems.add(['telemetry', 'tracing', 'sampling'], `telemetry.tracing.sampling ${rule}, got ${tracing.sampling}`);
  }
  if (!tracing.enabled && !metrics.enabled) return;
  if (otlpBaseUrl(endpoint, insecure) !== undefined) return;
  problems.add(
    ['telemetry', 'endpoint'],
    `telemetry.endpoint must be host:port or an http or https URL, got "${maskUrlPasswords(endpoint)}"`,
  );
}

/** Namespaces of the environment only matter to sources that list none of their own (kubernetes spec 6). */
function checkNamespaces({ sources, environment }: RegistryConfig, problems: ProblemList): void {
  for (const [index, { name, settings }] of sources.entries()) {
    if (settings.kind !== 'kubernetes') continue;
    const own = settings.kubernetes.namespaces;
    const invalid = findInvalidNamespace(own?.length ? own : environment.watchNamespaces);
    if (invalid === undefined) continue;
    const origin = own?.length ? 'kubernetes.namespaces' : 'THV_REGISTRY_WATCH_NAMESPACE';
    problems.add(['sources', index, 'kubernetes', 'namespaces'], `source[${index}] (${name}): ${origin}: ${invalid}`);
  }
}

/** A mode that is none ends `serve` when it connects; `validate` connects nowhere. */
function checkSslMode({ database }: RegistryConfig, problems: ProblemList): void {
  const invalid = database.embedded ? undefined : findInvalidSslMode(database.sslMode);
  if (invalid !== undefined) problems.add(['database', 'sslMode'], invalid);
}

function throwFirst([first]: readonly Problem[]): void {
  if (first) throw new ConfigError(`invalid configuration: ${first.message}`);
}

/** Finds what lets `serve` refuse to start although every other command takes the configuration. */
export function findStartupProblems(config: RegistryConfig): readonly Problem[] {
  const problems = new ProblemList();
  checkTelemetryBlock(config.telemetry, problems);
  checkNamespaces(config, problems);
  checkSslMode(config, problems);
  checkProviderFiles(config.auth, problems);
  return problems.all;
}

/**
 * Checks the `telemetry` block as `serve` does (telemetry spec 1).
 * @throws ConfigError naming `telemetry.tracing.sampling` or `telemetry.endpoint`
 */
export function checkTelemetry(config: RegistryConfig): void {
  const problems = new ProblemList();
  checkTelemetryBlock(config.telemetry, problems);
  throwFirst(problems.all);
}

/**
 * Checks everything that only `serve` checks: telemetry, namespaces of Kubernetes sources, `database.sslMode`, files of
 * identity providers.
 * @throws ConfigError for the first problem
 */
export function checkStartup(config: RegistryConfig): void {
  throwFirst(findStartupProblems(config));
}
