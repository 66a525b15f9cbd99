import { Injectable } from '@nestjs/common';
import { inSlices } from '../common/in-slices.js';
import { CatalogRepository, type CatalogReader, type SourceRow } from './catalog.repository.js';
import { emptyShelves, type SourceShelves } from './shelf.js';
import { ShelfBuilder } from './shelf-builder.js';
import { createSnapshot, type Snapshot } from './snapshot.js';

/** Brings snapshots up to date. */
@Injectable()
export class SnapshotLoader {
  constructor(private readonly repository: CatalogRepository) {}

  /**
   * The state of the database now, of which only what changed since the previous snapshot is read. Everything that was
   * committed before the call is in it.
   * @throws DatabaseUnavailableError when the database cannot be reached
   */
  next(previous: Snapshot): Promise<Snapshot> {
    return this.repository.readConsistently(async (reader) => {
      const sources = new Map<number, SourceShelves>();
      const names = new Map<number, string>();
      for (const source of await reader.sources()) {
        names.set(source.id, source.name);
        sources.set(source.id, await follow(reader, source, previous.sources.get(source.id)));
      }
      return createSnapshot(sources, await reader.registries(), previous, names);
    });
  }
}

async function follow(
  reader: CatalogReader,
  source: SourceRow,
  known: SourceShelves = emptyShelves(),
): Promise<SourceShelves> {
  if (known.revision === source.revision) return known;
  // A revision that went back is that of a database that was restored: nothing that is known of it counts.
  const base = known.revision < source.revision ? known : emptyShelves();
  const isShrunk = base.revision > 0 && source.removedAtRevision > base.revision;
  const builder = new ShelfBuilder(base, isShrunk ? await reader.versionIds(source.id) : undefined);
  for await (const rows of reader.versionsSince(source.id, base.revision)) builder.add(rows);
  return inSlices(builder.finish(source.revision));
}
