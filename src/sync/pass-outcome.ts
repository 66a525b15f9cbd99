import type { Attributes } from '@opentelemetry/api';
import type { WriteResult } from '../entries/write-result.js';
import { failActiveSpan, tracePass } from '../telemetry/operation-span.js';
import { recordPass } from '../telemetry/sync-metrics.js';
import type { ClaimedSource } from './claimed-source.js';
import type { PassFailure } from './pass-errors.js';

/** How a pass ended. */
export type PassOutcome =
  | { readonly kind: 'unchanged'; readonly counts: WriteResult['counts'] }
  | { readonly kind: 'stored'; readonly written: WriteResult; readonly rejected: number }
  | { readonly kind: 'failed'; readonly failure: PassFailure; readonly cause: unknown };

/** @param outcome - undefined when the pass was given up */
function outcomeAttributes(outcome: PassOutcome | undefined, seconds: number): Attributes {
  if (!outcome || outcome.kind === 'failed') return { 'sync.success': false, 'sync.duration_seconds': seconds };
  const { server, skill, plugin } = outcome.kind === 'stored' ? outcome.written.counts : outcome.counts;
  return {
    'sync.success': true,
    'sync.duration_seconds': seconds,
    'sync.server_count': server,
    'sync.skill_count': skill,
    'sync.plugin_count': plugin,
  };
}

/** Runs a pass in its span and counts it (telemetry spec 3.3 and 4). */
export function observePass({ name, settings }: ClaimedSource, run: () => Promise<PassOutcome>): Promise<PassOutcome> {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const observed = async (): Promise<PassOutcome> => {
    const outcome = await run();
    if (outcome.kind === 'failed') failActiveSpan(outcome.cause);
    recordPass(name, seconds(), outcome.kind === 'failed' ? outcome.failure.step : undefined);
    return outcome;
  };
  const attributes = { 'registry.name': name, 'source.name': name, 'registry.type': settings.kind };
  return tracePass(attributes, observed, (outcome) => outcomeAttributes(outcome, seconds()));
}
