import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessPolicy } from '../auth/access-policy.js';
import type { Caller } from '../auth/caller.js';
import type { Claims } from '../claims/claims.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../common/errors.js';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { publishedBody } from '../documents/publish.js';
import { isEntryKind, type EntryKind } from '../model/entry-kind.js';
import { traceOperation } from '../telemetry/operation-span.js';
import type { PublishEntryRequest } from './dto/publish-entry.request.js';
import { parseEntryName } from './entry-name.js';
import { EntryWriter } from './entry-writer.js';
import type { EntryEntity } from './entry.entity.js';
import { ManagedEntriesRepository, type ManagedSource } from './managed-entries.repository.js';
import { readClaims, readPublication, type Publication } from './publication.js';

const PUBLISH_OPERATIONS = {
  server: 'PublishServerVersion',
  skill: 'PublishSkill',
  plugin: 'PublishPlugin',
} as const satisfies Record<EntryKind, string>;

const DELETE_OPERATIONS = {
  server: 'DeleteServerVersion',
  skill: 'DeleteSkillVersion',
  plugin: 'DeletePluginVersion',
} as const satisfies Record<EntryKind, string>;

function versionAttributes(kind: EntryKind, name: string, version: string): Record<string, string> {
  return kind === 'server' ? { 'server.name': name, 'server.version': version } : {};
}

function toClaimedKind(type: string): EntryKind {
  if (isEntryKind(type)) return type;
  throw new InvalidInputError('invalid entry type: must be "server", "skill", or "plugin"');
}

/** One entry as an administrative path names it. */
export interface EntryPath {
  /** `server`, `skill` or `plugin`; anything else is refused. */
  readonly type: string;
  /** `namespace/name` of a server; the bare name of a skill or plugin, or `namespace/name`. */
  readonly name: string;
}

/**
 * Publishes, deletes and claims entries of the managed source. A write is there for readers of this process when it
 * resolves. Writes of the managed source follow one another, because each begins by locking the source's row.
 */
@Injectable()
export class EntriesService {
  readonly #maxMetaSize: number;

  constructor(
    private readonly runner: TransactionRunner,
    private readonly managedEntries: ManagedEntriesRepository,
    private readonly writer: EntryWriter,
    private readonly accessPolicy: AccessPolicy,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.#maxMetaSize = config.database.maxMetaSize;
  }

  /**
   * Publishes one version (admin-api spec 6, auth spec 11).
   * @returns the JSON text of the stored entry
   * @throws InvalidInputError for a request that is wrong in itself
   * @throws ForbiddenError when the caller does not hold the claims, or does not see the managed source
   * @throws ConflictError without a managed source, for other claims than the entry has, and for a version that exists
   */
  async publish(caller: Caller | undefined, request: PublishEntryRequest): Promise<string> {
    const publication = readPublication(request, {
      maxMetaSize: this.#maxMetaSize,
      requiresClaims: this.accessPolicy.requiresClaims,
    });
    const { kind, name, version } = publication.document;
    return traceOperation(PUBLISH_OPERATIONS[kind], versionAttributes(kind, name, version), () =>
      this.store(caller, publication),
    );
  }

  private async store(caller: Caller | undefined, { document, claims }: Publication): Promise<string> {
    this.accessPolicy.assertMayWrite(caller, claims);
    const published = await this.write(async (tx) => {
      const source = await this.managedEntries.findAndLockSource(tx);
      if (!source) throw new ConflictError('no managed source available for publishing');
      this.accessPolicy.assertSees(caller, source.claims);
      return this.writer.publish(tx, source.id, document, claims);
    });
    return publishedBody(document, {
      id: published.publicId,
      createdAt: published.publishedAt.toISOString(),
      updatedAt: published.updatedAt.toISOString(),
      isLatest: published.isLatest,
    });
  }

  /**
   * Deletes one version, and with the last one the entry (admin-api spec 7).
   * @throws InvalidInputError for another type; ForbiddenError; NotFoundError
   * @throws ConflictError without a managed source, and for a bare name that several namespaces have
   */
  async deleteVersion(caller: Caller | undefined, { type, name }: EntryPath, version: string): Promise<void> {
    if (!isEntryKind(type)) {
      throw new InvalidInputError("unsupported entry type: must be 'server', 'skill', or 'plugin'");
    }
    await traceOperation(DELETE_OPERATIONS[type], versionAttributes(type, name, version), () =>
      this.write(async (tx) => {
        const source = await this.managedEntries.findAndLockSource(tx);
        if (!source) throw new ConflictError('no managed source available for deletion');
        const notFound = `not found: ${name}@${version}`;
        const entry = await this.getEntry(tx, source, type, name, notFound);
        this.accessPolicy.assertSees(caller, entry.claims);
        const isDeleted = await this.writer.deleteVersion(tx, source.id, entry.id, version);
        if (!isDeleted) throw new NotFoundError(notFound);
      }),
    );
  }

  /**
   * Gets the claims of an entry (admin-api spec 8); an empty object when it has none.
   * @throws as {@link deleteVersion}
   */
  async getClaims(caller: Caller | undefined, { type, name }: EntryPath): Promise<Claims> {
    const kind = toClaimedKind(type);
    return traceOperation('GetEntryClaims', {}, () =>
      this.runner.run(async (tx) => {
        const source = await this.managedEntries.findSource(tx);
        if (!source) throw new ConflictError('no managed source available');
        const entry = await this.getEntry(tx, source, kind, name, `not found: ${name}`);
        this.accessPolicy.assertSees(caller, entry.claims);
        return entry.claims ?? {};
      }),
    );
  }

  /**
   * Replaces the claims of an entry, for all its versions (admin-api spec 8, auth spec 11). The new claims are judged
   * before it is looked whether there is such an entry.
   * @param claims - an object with any values
   * @throws as {@link deleteVersion}
   */
  async replaceClaims(
    caller: Caller | undefined,
    { type, name }: EntryPath,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const kind = toClaimedKind(type);
    const checked = readClaims(claims);
    await traceOperation('UpdateEntryClaims', {}, async () => {
      this.accessPolicy.assertMayWrite(caller, checked);
      await this.write(async (tx) => {
        const source = await this.managedEntries.findAndLockSource(tx);
        if (!source) throw new ConflictError('no managed source available for updating claims');
        const entry = await this.getEntry(tx, source, kind, name, `not found: ${name}`);
        this.accessPolicy.assertSees(caller, entry.claims);
        await this.writer.setEntryClaims(tx, source.id, entry.id, checked);
      });
    });
  }

  private write<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.runner.run(work, { announce: 'everywhere' });
  }

  private async getEntry(
    tx: EntityManager,
    source: ManagedSource,
    kind: EntryKind,
    name: string,
    notFound: string,
  ): Promise<EntryEntity> {
    const [entry, another] = await this.managedEntries.listEntries(tx, source.id, kind, parseEntryName(kind, name));
    if (!entry) throw new NotFoundError(notFound);
    if (another) {
      throw new ConflictError(`ambiguous name: several namespaces have a ${kind} ${name}, use {namespace}%2F${name}`);
    }
    return entry;
  }
}
