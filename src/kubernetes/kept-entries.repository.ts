import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import type { EntryDocument } from '../documents/entry-document.js';
import { publisherMetadata } from '../documents/facets.js';
import { isJsonObject, textOf, type JsonObject } from '../common/json-object.js';
import { toServerDocument } from '../documents/normalise.js';
import type { WatchScope } from './resource-watch.js';

/** An entry's version that stays as it is stored. */
export interface KeptEntry {
  readonly document: EntryDocument;
  readonly claims: Claims | null;
}

const SELECT_STORED = `
  SELECT v.document, e.claims
  FROM entry e JOIN entry_version v ON v.entry_id = e.id
  WHERE e.source_id = $1 AND e.kind = 'server'
  ORDER BY e.name, v.ordinal`;

/** The kind and namespace that a stored document was made of. */
function originOf(server: JsonObject): { kind: string; namespace: string } | undefined {
  for (const extensions of Object.values(publisherMetadata(server) ?? {})) {
    for (const extension of isJsonObject(extensions) ? Object.values(extensions) : []) {
      const metadata = isJsonObject(extension) && isJsonObject(extension.metadata) ? extension.metadata : {};
      if (!isJsonObject(metadata.kubernetes)) continue;
      return { kind: textOf(metadata.kubernetes.kind), namespace: textOf(metadata.kubernetes.namespace) };
    }
  }
  return undefined;
}

/** Finds what must stay although it was not seen: what is stored of kinds and namespaces that could not be listed yet. */
@Injectable()
export class KeptEntriesRepository {
  /** Stored versions that come from one of the scopes. */
  async list(tx: EntityManager, sourceId: number, scopes: readonly WatchScope[]): Promise<KeptEntry[]> {
    if (scopes.length === 0) return [];
    const rows = await tx.query<{ document: string; claims: Claims | null }[]>(SELECT_STORED, [sourceId]);
    const kept: KeptEntry[] = [];
    for (const { document, claims } of rows) {
      const server = JSON.parse(document) as JsonObject;
      const origin = originOf(server);
      const isUnseen = scopes.some(({ resource, namespace }) => {
        return resource.kind === origin?.kind && (namespace ?? origin.namespace) === origin.namespace;
      });
      if (isUnseen) kept.push({ document: toServerDocument(server), claims });
    }
    return kept;
  }
}
