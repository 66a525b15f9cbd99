import { Inject, Injectable } from '@nestjs/common';
import { parseDurationMs } from '../../common/duration.js';
import { compileFilter } from '../../documents/filter.js';
import type { ApiSettings } from '../../model/source-settings.js';
import { withDeadline } from '../deadline.js';
import type { SourceContent } from '../source-content.js';
import type { PassBasis, SourceReading } from '../source-reading.js';
import { SYNC_OPTIONS, type SyncOptions } from '../sync-options.js';
import { ApiClient } from './api/api-client.js';
import { parseApiState, toJson, type ApiState } from './api/api-state.js';
import { readChanges, type ChangesReading } from './api/changes-reading.js';
import { readEverything } from './api/full-reading.js';
import { OAuthTokens } from './api/oauth-token.js';
import { mergeRejections } from './api/rejected-merge.js';
import { describeUpstream } from './api/upstream-description.js';
import { PAGE_SIZE } from './api/upstream-lists.js';
import type { UpstreamPolicy } from './api/upstream-policy.js';
import type { FetchContext } from './document-fetcher.js';

const DEFAULT_PASS_TIMEOUT_MS = 15 * 60_000;
const DEFAULT_FULL_SYNC_INTERVAL_MS = 24 * 3_600_000;
const DEFAULT_MAX_SERVERS = 1_000_000;

/**
 * Whether it is enough to ask for changes: the upstream gives stamps, and everything was read not too long ago. What stands
 * on one page is read whole, which costs no more requests: at a server of this kind, which counts, entries come and go
 * without a new stamp when the sources of its registry change.
 */
function wantsChanges(state: ApiState | undefined, { fullSyncInterval }: ApiSettings): state is ApiState {
  if (state?.since === undefined || (state.ignoredUntil ?? 0) > Date.now()) return false;
  if (state.total !== undefined && state.total <= PAGE_SIZE) return false;
  return Date.now() - state.fullAt < fullSyncIntervalMs(fullSyncInterval);
}

function fullSyncIntervalMs(interval: string | undefined): number {
  return parseDurationMs(interval ?? '') || DEFAULT_FULL_SYNC_INTERVAL_MS;
}

function toReading({ upserts, removals, rejected, state, isKnown }: ChangesReading, basis: PassBasis): SourceReading {
  const fetchState = toJson(state);
  if (isKnown) return { kind: 'unchanged', fetchState };
  const changed = [...upserts, ...removals];
  return { kind: 'changes', upserts, removals, ...mergeRejections(basis, rejected, changed), fetchState };
}

/**
 * Reads upstream registries over the MCP Registry API v0.1 (sync spec 2.3, ahead.md P4): whole, or, where the upstream can
 * tell, what has changed since the last pass. Other servers of this kind give skills and plugins as well.
 */
@Injectable()
export class ApiSourceFetcher {
  readonly #tokens = new OAuthTokens();

  constructor(@Inject(SYNC_OPTIONS) private readonly options: Pick<SyncOptions, 'maxMetaSize'>) {}

  /**
   * Reads an upstream within the time that a pass may take.
   * @param basis - the pass before; undefined when everything is wanted
   * @throws FetchError; the signal's reason
   */
  read(
    settings: ApiSettings,
    content: SourceContent,
    basis: PassBasis | undefined,
    { http, signal }: Pick<FetchContext, 'http' | 'signal'>,
  ): Promise<SourceReading> {
    const policy = {
      onInvalidEntry: content.onInvalidEntry ?? undefined,
      maxMetaSize: this.options.maxMetaSize,
      maxEntries: settings.maxServers ?? DEFAULT_MAX_SERVERS,
      keeps: compileFilter(content.filter),
    };
    const limitMs = parseDurationMs(settings.passTimeout ?? '') || DEFAULT_PASS_TIMEOUT_MS;
    return withDeadline(signal, { what: `reading ${settings.endpoint}`, limitMs }, (limited) => {
      const client = new ApiClient(settings, this.#tokens, http, limited);
      return this.#read(client, settings, policy, basis);
    });
  }

  async #read(
    client: ApiClient,
    settings: ApiSettings,
    policy: UpstreamPolicy,
    basis: PassBasis | undefined,
  ): Promise<SourceReading> {
    const { mayHaveExtensions } = await describeUpstream(client);
    const state = parseApiState(basis?.fetchState ?? null);
    let ignoredUntil = state?.ignoredUntil;
    if (basis && wantsChanges(state, settings)) {
      const changes = await readChanges(client, state, policy);
      if (typeof changes !== 'string') return toReading(changes, basis);
      if (changes === 'ignored') ignoredUntil = Date.now() + fullSyncIntervalMs(settings.fullSyncInterval);
    }
    const { state: read, ...snapshot } = await readEverything(client, policy, mayHaveExtensions);
    const fetchState = toJson({ ...read, ignoredUntil });
    if (basis === undefined || basis.contentHash !== snapshot.contentHash) {
      return { kind: 'snapshot', ...snapshot, fetchState };
    }
    await snapshot.dispose();
    return { kind: 'unchanged', fetchState };
  }
}
