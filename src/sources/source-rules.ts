import { findInvalidClaim, isUnclaimed, type Claims } from '../claims/claims.js';
import { parseDurationNanoseconds } from '../common/duration.js';
import { findInvalidDuration } from '../config/checks/duration.checks.js';
import type { SourceDefinition } from '../config/config.js';
import { SOURCE_NAME } from '../config/schema/sources.schema.js';
import { findInvalidPattern } from '../documents/filter.js';
import {
  isSynchronised,
  type FilterList,
  type SourceFilter,
  type SourceFormat,
  type SourceSettings,
} from '../model/source-settings.js';
import type { PutSourceRequest } from './dto/put-source.request.js';
import type { FilterListRequest, FilterRequest } from './dto/source-settings.request.js';
import { compact, givenText, invalidSource } from './rule-helpers.js';
import { readSettings } from './settings-reader.js';
import { assertValidSettings } from './settings-rules.js';

/**
 * Reads and checks the body of a PUT in the order of admin-api spec 4.4: kind block, interval, settings, then what is
 * required beyond (format, filter patterns, claim values). The name is judged separately, and only for new sources.
 * @throws InvalidInputError `invalid source configuration: …`
 */
export function readSourceDefinition(name: string, body: PutSourceRequest): SourceDefinition {
  const settings = readSettings(body);
  const intervalMicroseconds = readInterval(settings, givenText(body.syncPolicy?.interval));
  assertValidSettings(settings);
  return compact({
    name,
    settings,
    format: readFormat(settings, givenText(body.format)),
    intervalMicroseconds,
    filter: body.filter ? readFilter(body.filter) : undefined,
    claims: readClaims(body.claims),
    onInvalidEntry: body.syncPolicy?.onInvalidEntry ?? undefined,
  });
}

/** @throws InvalidInputError when a new source's name is not a DNS label */
export function assertValidSourceName(name: string): void {
  if (SOURCE_NAME.test(name)) return;
  throw invalidSource(
    `name '${name}' must be a valid DNS subdomain (lowercase alphanumeric and hyphens, max 63 chars)`,
  );
}

function readInterval(settings: SourceSettings, text: string | undefined): number | undefined {
  if (!isSynchronised(settings)) return undefined;
  if (text === undefined) throw invalidSource(`syncPolicy.interval is required for ${settings.kind} registries`);
  const problem = findInvalidDuration('syncPolicy.interval', text, { examples: "'30m', '1h'" });
  if (problem !== undefined) throw invalidSource(`invalid sync interval: ${problem}`);
  return Math.floor((parseDurationNanoseconds(text) ?? 0) / 1e3);
}

function readFormat(settings: SourceSettings, format: string | undefined): SourceFormat | undefined {
  if (format === undefined) return undefined;
  if (format !== 'upstream' && format !== 'toolhive') {
    throw invalidSource(`format must be upstream or toolhive, got "${format}"`);
  }
  if (format === 'toolhive' && settings.kind === 'api') {
    throw invalidSource('format: toolhive is not supported by api sources');
  }
  return format;
}

function readFilter(request: FilterRequest): SourceFilter {
  const filter = compact({ names: readFilterList(request.names), tags: readFilterList(request.tags) });
  const problem = findInvalidPattern(filter);
  if (problem !== undefined) throw invalidSource(problem);
  return filter;
}

function readFilterList(list: FilterListRequest | null | undefined): FilterList | undefined {
  if (!list) return undefined;
  return compact({ include: list.include ?? undefined, exclude: list.exclude ?? undefined });
}

function readClaims(claims: Readonly<Record<string, unknown>> | undefined): Claims | undefined {
  const problem = findInvalidClaim(claims ?? {});
  if (problem !== undefined) throw invalidSource(problem);
  return isUnclaimed(claims as Claims | undefined) ? undefined : (claims as Claims);
}
