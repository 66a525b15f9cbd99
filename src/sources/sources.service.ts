import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessPolicy } from '../auth/access-policy.js';
import type { Caller } from '../auth/caller.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../common/errors.js';
import type { SourceDefinition } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { InlineDocuments, type InlineContent } from '../sync/inline-documents.js';
import { SyncService } from '../sync/sync-service.js';
import { SyncStatusRepository } from '../sync/sync-status.repository.js';
import { traceOperation } from '../telemetry/operation-span.js';
import { shareDefinitions } from './definition-lock.js';
import type { PutSourceRequest } from './dto/put-source.request.js';
import type { SourceEntriesResponse } from './dto/source-entries.response.js';
import type { SourceResponse, SourcesResponse } from './dto/source.response.js';
import type { DryRunResponse, SyncStartedResponse } from './dto/sync.response.js';
import { parseInlineData } from './inline-data.js';
import { allowLongWrite, limitWaiting, LONG_WRITE_TIMEOUT_MS } from './long-write.js';
import { PassFollower } from './pass-follower.js';
import { invalidSource } from './rule-helpers.js';
import { assertValidSourceName, readSourceDefinition } from './source-rules.js';
import { settingsOf, type SourceRow } from './source-row.js';
import { SourceWriter } from './source-writer.js';
import { SourcesRepository } from './sources.repository.js';
import { withStoredPassword } from './stored-password.js';
import { toDryRunResponse } from './to-dry-run-response.js';
import { toSourceEntriesResponse } from './to-source-entries-response.js';
import { toSourceResponse } from './to-source-response.js';

/** What a PUT did. */
export interface PutSourceResult {
  readonly isNew: boolean;
  readonly source: SourceResponse;
}

interface Draft {
  readonly definition: SourceDefinition;
  /** The entries of a source with inline data. */
  readonly inline: InlineContent | undefined;
}

/** The rules of `/v1/sources` (admin-api spec 4, auth spec 9 to 12, ahead.md P7). */
@Injectable()
export class SourcesService {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly repository: SourcesRepository,
    private readonly writer: SourceWriter,
    private readonly statuses: SyncStatusRepository,
    private readonly passes: PassFollower,
    private readonly inlineDocuments: InlineDocuments,
    private readonly sync: SyncService,
    private readonly policy: AccessPolicy,
  ) {}

  /** All sources that the caller may see, oldest first, then by name. */
  list(caller: Caller | undefined): Promise<SourcesResponse> {
    const work = async (): Promise<SourcesResponse> => {
      const sources = await this.repository.list();
      const statuses = await this.statuses.list();
      await this.passes.follow(statuses);
      const visible = sources.filter((source) => this.policy.sees(caller, source.claims));
      return { sources: visible.map((source) => toSourceResponse(source, statuses.get(source.id))) };
    };
    return traceOperation('ListSources', {}, work, ({ sources }) => ({ 'result.count': sources.length }));
  }

  /** @throws NotFoundError when there is no such source, or the caller may not see it */
  get(caller: Caller | undefined, name: string): Promise<SourceResponse> {
    return traceOperation('GetSourceByName', spanAttributes(name), async () => {
      const source = await this.#getVisible(caller, name);
      const status = await this.statuses.find(source.id);
      if (status) await this.passes.follow([[source.id, status]]);
      return toSourceResponse(source, status);
    });
  }

  /**
   * Everything that a source holds, nothing shadowed; entries that the caller may not see are left out (auth spec 17.11).
   * @throws NotFoundError when there is no such source, or the caller may not see it
   */
  listEntries(caller: Caller | undefined, name: string): Promise<SourceEntriesResponse> {
    const work = async (): Promise<SourceEntriesResponse> => {
      const source = await this.#getVisible(caller, name);
      const versions = await this.repository.listEntryVersions(source.id);
      return toSourceEntriesResponse(versions.filter((version) => this.policy.sees(caller, version.claims)));
    };
    const describe = ({ entries }: SourceEntriesResponse) => ({ 'result.count': entries.length });
    return traceOperation('ListSourceEntries', spanAttributes(name), work, describe);
  }

  /**
   * Creates a source, or replaces one that the API made. Safe under parallel calls: one of them creates, the others replace.
   * @throws InvalidInputError, ForbiddenError or ConflictError in the order of admin-api spec 4.4
   */
  async put(caller: Caller | undefined, name: string, body: PutSourceRequest): Promise<PutSourceResult> {
    const definition = readSourceDefinition(name, body);
    const inline = await parseInlineData(this.inlineDocuments, definition);
    this.policy.assertMayWrite(caller, definition.claims);
    return this.#write((tx) => this.#createOrUpdate(tx, caller, { definition, inline }));
  }

  /**
   * Deletes a source that the API made, with everything in it.
   * @throws NotFoundError; ForbiddenError for sources of the configuration file or out of the caller's claims;
   *   ConflictError when a registry lists it
   */
  async delete(caller: Caller | undefined, name: string): Promise<void> {
    const work = async (tx: EntityManager): Promise<void> => {
      const source = await this.repository.lock(tx, name);
      if (!source) throw new NotFoundError(`source not found: ${name}`);
      this.#assertModifiable(caller, source);
      const references = await this.repository.countReferences(tx, source.id);
      if (references > 0) {
        const where = `${name} is referenced by ${references} registry(ies)`;
        throw new ConflictError(`source is referenced by one or more registries: ${where}`);
      }
      await allowLongWrite(tx);
      await this.repository.delete(tx, source.id);
    };
    await traceOperation('DeleteSource', spanAttributes(name), () => this.#write(work));
  }

  /**
   * Starts a pass of a synchronised source now (ahead.md P7).
   * @throws NotFoundError; InvalidInputError when it is not synchronised; ConflictError while a pass is under way
   */
  async startSync(caller: Caller | undefined, name: string): Promise<SyncStartedResponse> {
    const source = await this.#getVisible(caller, name);
    await this.sync.syncNow({ id: source.id, settings: settingsOf(source) });
    return { phase: 'syncing' };
  }

  /**
   * Says what a pass would change, and changes nothing (ahead.md P7).
   * @param signal - ends the attempt
   * @throws NotFoundError; InvalidInputError when it is not synchronised; BadGatewayError when the fetch or the document fails
   */
  async dryRun(caller: Caller | undefined, name: string, signal: AbortSignal): Promise<DryRunResponse> {
    const source = await this.#getVisible(caller, name);
    return toDryRunResponse(await this.sync.dryRun({ ...source, settings: settingsOf(source) }, signal));
  }

  /** Runs a change of one source in a transaction: it waits as long as a request may, and then may write at length. */
  #write<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const change = async (tx: EntityManager): Promise<T> => {
      await limitWaiting(tx);
      await shareDefinitions(tx);
      return work(tx);
    };
    return this.runner.run(change, { announce: 'everywhere', statementTimeoutMs: LONG_WRITE_TIMEOUT_MS });
  }

  async #createOrUpdate(tx: EntityManager, caller: Caller | undefined, draft: Draft): Promise<PutSourceResult> {
    const { name, settings } = draft.definition;
    const current = await this.repository.lock(tx, name);
    if (current) return { isNew: false, source: await this.#update(tx, caller, current, draft) };
    const created = await this.#create(tx, draft);
    if (created) return { isNew: true, source: created };
    // Somebody else was faster: with this very name, or with another managed source.
    const rival = await this.repository.lock(tx, name);
    if (rival) return { isNew: false, source: await this.#update(tx, caller, rival, draft) };
    if (settings.kind === 'managed') throw new ConflictError('at most one managed source is allowed');
    return this.#createOrUpdate(tx, caller, draft);
  }

  #create(tx: EntityManager, draft: Draft): Promise<SourceResponse | undefined> {
    const { name, settings } = draft.definition;
    return traceOperation('CreateSource', { ...spanAttributes(name), 'source.type': settings.kind }, async () => {
      assertValidSourceName(name);
      const definition = withStoredPassword(draft.definition);
      const created = await this.writer.create(tx, definition, 'API', draft.inline);
      return created && toSourceResponse(created);
    });
  }

  #update(tx: EntityManager, caller: Caller | undefined, current: SourceRow, draft: Draft): Promise<SourceResponse> {
    return traceOperation('UpdateSource', spanAttributes(current.name), async () => {
      this.#assertModifiable(caller, current);
      assertSameKind(current, draft.definition);
      const definition = withStoredPassword(draft.definition, settingsOf(current));
      await allowLongWrite(tx);
      return toSourceResponse(await this.writer.replace(tx, current, definition, draft.inline));
    });
  }

  #assertModifiable(caller: Caller | undefined, source: SourceRow): void {
    if (source.creationType === 'CONFIG') {
      throw new ForbiddenError(`cannot modify config-created source via API: ${source.name}`);
    }
    this.policy.assertSees(caller, source.claims);
  }

  async #getVisible(caller: Caller | undefined, name: string): Promise<SourceRow> {
    const source = await this.repository.find(name);
    if (!source || !this.policy.sees(caller, source.claims)) throw new NotFoundError(`source not found: ${name}`);
    return source;
  }
}

/** The source's name, also under the key that dashboards in the field know (telemetry spec T-6). */
function spanAttributes(name: string): Record<string, string> {
  return { 'registry.name': name, 'source.name': name };
}

function fileKind(source: Pick<SourceRow, 'settings'>): string {
  return ['path', 'url', 'data'].find((member) => source.settings[member] !== undefined) ?? '';
}

function assertSameKind(current: SourceRow, { settings }: SourceDefinition): void {
  const advice = 'delete and recreate the source instead';
  if (settings.kind !== current.kind) {
    const change = `cannot change from '${current.kind}' to '${settings.kind}'`;
    throw new InvalidInputError(`changing source type is not allowed: ${change}, ${advice}`);
  }
  if (settings.kind !== 'file') return;
  const [before, after] = [fileKind(current), fileKind({ settings: { ...settings.file } })];
  if (before !== after) throw invalidSource(`cannot change file source type from '${before}' to '${after}', ${advice}`);
}
