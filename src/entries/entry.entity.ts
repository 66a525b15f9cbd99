import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import type { EntryKind } from '../model/entry-kind.js';

/** A row of `entry`: one name of one kind in one source. Unique per source, kind, namespace and name; never empty. */
@Entity({ name: 'entry' })
export class EntryEntity {
  @PrimaryColumn({ type: 'bigint', generated: 'identity' })
  id!: number;

  @Column({ name: 'source_id', type: 'bigint' })
  sourceId!: number;

  @Column({ type: 'text' })
  kind!: EntryKind;

  /** Empty for servers, whose name carries its namespace. */
  @Column({ type: 'text' })
  namespace!: string;

  @Column({ type: 'text' })
  name!: string;

  /** One set for all versions; null when there are none. */
  @Column({ type: 'jsonb', nullable: true })
  claims!: Claims | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** When the claims were last changed. */
  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
