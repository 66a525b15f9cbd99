import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Claims } from '../claims/claims.js';
import type { CreationType } from '../model/source-settings.js';

/** A row of `registry`: an ordered list of sources under one name. */
@Entity({ name: 'registry' })
export class RegistryEntity {
  @PrimaryColumn({ type: 'bigint', generated: 'identity' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'creation_type', type: 'text' })
  creationType!: CreationType;

  /** Who may read it without a token (ahead.md P2). */
  @Column({ type: 'text' })
  access!: 'private' | 'public';

  @Column({ type: 'jsonb', nullable: true })
  claims!: Claims | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
