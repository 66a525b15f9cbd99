import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import type {
  CreationType,
  InvalidEntryPolicy,
  SourceFilter,
  SourceFormat,
  SourceKind,
} from '../model/source-settings.js';

/** A row of `source`: the definition of one source. Entries and synchronisation state have tables of their own. */
@Entity({ name: 'source' })
export class SourceEntity {
  @PrimaryColumn({ type: 'bigint', generated: 'identity' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: SourceKind;

  @Column({ name: 'creation_type', type: 'text' })
  creationType!: CreationType;

  /** The kind's block with the key names of the configuration file. */
  @Column({ type: 'jsonb' })
  settings!: object;

  @Column({ type: 'text', nullable: true })
  format!: SourceFormat | null;

  @Column({ type: 'jsonb', nullable: true })
  filter!: SourceFilter | null;

  @Column({ name: 'sync_interval_microseconds', type: 'bigint', nullable: true })
  syncIntervalMicroseconds!: number | null;

  @Column({ name: 'on_invalid_entry', type: 'text', nullable: true })
  onInvalidEntry!: InvalidEntryPolicy | null;

  @Column({ type: 'jsonb', nullable: true })
  claims!: Claims | null;

  @Column({ type: 'bigint' })
  revision!: number;

  @Column({ name: 'removed_at_revision', type: 'bigint' })
  removedAtRevision!: number;

  /** When a managed source left the configuration file; such a source is hidden everywhere. */
  @Column({ name: 'retired_at', type: 'timestamptz', nullable: true })
  retiredAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
