import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import type { EntryKind } from '../model/entry-kind.js';
import type { EntryName } from './entry-name.js';
import { EntryEntity } from './entry.entity.js';

/** The source that takes what is published. */
export interface ManagedSource {
  readonly id: number;
  readonly claims: Claims | null;
}

/** Finds the managed source and what is published in it. */
@Injectable()
export class ManagedEntriesRepository {
  /** The managed source that is in use; there is at most one. */
  async findSource(tx: EntityManager): Promise<ManagedSource | undefined> {
    const [source] = await tx.query<ManagedSource[]>(
      "SELECT id, claims FROM source WHERE kind = 'managed' AND retired_at IS NULL",
    );
    return source;
  }

  /** As {@link findSource}, and locks its row, so that what is read of it next stays true until the transaction ends. */
  async findAndLockSource(tx: EntityManager): Promise<ManagedSource | undefined> {
    const [source] = await tx.query<ManagedSource[]>(
      "SELECT id, claims FROM source WHERE kind = 'managed' AND retired_at IS NULL FOR NO KEY UPDATE",
    );
    return source;
  }

  /** Entries of that name, in any namespace when the name does not give one; two at most. */
  listEntries(tx: EntityManager, sourceId: number, kind: EntryKind, name: EntryName): Promise<EntryEntity[]> {
    return tx.find(EntryEntity, { where: { sourceId, kind, ...name }, order: { id: 'ASC' }, take: 2 });
  }
}
