import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of `registry_source`: a source's place in a registry, 0 being the first. */
@Entity({ name: 'registry_source' })
export class RegistrySourceEntity {
  @PrimaryColumn({ name: 'registry_id', type: 'bigint' })
  registryId!: number;

  @PrimaryColumn({ name: 'source_id', type: 'bigint' })
  sourceId!: number;

  @Column({ type: 'integer' })
  position!: number;
}
