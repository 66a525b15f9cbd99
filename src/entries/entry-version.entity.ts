import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntryFacets } from '../documents/entry-document.js';
import type { OfficialStatus } from '../model/official-status.js';

/** A row of `entry_version`: one version of an entry with its document. Unique per entry and version. */
@Entity({ name: 'entry_version' })
export class EntryVersionEntity {
  @PrimaryColumn({ type: 'bigint', generated: 'identity' })
  id!: number;

  @Column({ name: 'entry_id', type: 'bigint' })
  entryId!: number;

  /** Copy of the entry's, so that a source's changed rows are found by one index. */
  @Column({ name: 'source_id', type: 'bigint' })
  sourceId!: number;

  @Column({ type: 'text' })
  version!: string;

  /** The place among the entry's versions: document order for a pass, order of publishing for managed sources. */
  @Column({ type: 'integer' })
  ordinal!: number;

  /** The identity that publishing a skill or plugin answers with. */
  @Column({ name: 'public_id', type: 'uuid' })
  publicId!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'text' })
  status!: OfficialStatus;

  /** The JSON exactly as it is served, without the envelope around it. */
  @Column({ type: 'text' })
  document!: string;

  @Column({ name: 'document_hash', type: 'text' })
  documentHash!: string;

  @Column({ type: 'jsonb' })
  facets!: EntryFacets;

  /** When this version was first stored; whole milliseconds, as the two that follow. */
  @Column({ name: 'published_at', type: 'timestamptz' })
  publishedAt!: Date;

  @Column({ name: 'status_changed_at', type: 'timestamptz' })
  statusChangedAt!: Date;

  /** When the document or the status last changed. */
  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** The source's revision that last changed this row, its entry's claims or its entry's set of versions. */
  @Column({ type: 'bigint' })
  revision!: number;
}
