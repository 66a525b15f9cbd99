import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '../database/transaction-runner.js';
import type { EntryKey } from '../entries/write-result.js';
import type { OfficialStatus } from '../model/official-status.js';

/** One stored version of an entry, as far as it has to be compared with what a source delivers. */
export interface StoredVersion extends EntryKey {
  readonly status: OfficialStatus;
  /** SHA-256 of the document. */
  readonly hash: string;
}

const SELECT_VERSIONS = `
  SELECT e.kind, e.namespace, e.name, v.version, v.status, v.document_hash AS hash
  FROM entry e JOIN entry_version v ON v.entry_id = e.id
  WHERE e.source_id = $1 AND e.kind = ANY ($2)
  ORDER BY e.kind DESC, e.name, e.namespace, v.ordinal`;

/** A text that is the same for the same version of the same entry of a source. */
export function versionKey({ kind, namespace, name, version }: EntryKey): string {
  return JSON.stringify([kind, namespace, name, version]);
}

/** Reads what is stored of a source, without the documents. */
@Injectable()
export class StoredVersionsRepository {
  constructor(private readonly runner: TransactionRunner) {}

  /** The stored versions of entries of some kinds, sorted by name. */
  list(sourceId: number, kinds: readonly EntryKey['kind'][]): Promise<StoredVersion[]> {
    return this.runner.query<StoredVersion>(SELECT_VERSIONS, [sourceId, kinds]);
  }
}
