import type { EntityManager } from 'typeorm';

/** Advisory lock over all definitions of sources and registries; the number only has to be the same in all replicas. */
const DEFINITIONS_LOCK = 7_265_001;

/**
 * Announces, for the length of the transaction, a change of one source or registry. Such changes do not wait for one
 * another, only for a start of the server that applies its configuration file.
 */
export async function shareDefinitions(tx: EntityManager): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock_shared($1)', [DEFINITIONS_LOCK]);
}

/**
 * Keeps all other changes of sources and registries out until the transaction ends, so that what has been compared with
 * the configuration file stays true, also when several replicas start at once.
 */
export async function holdDefinitions(tx: EntityManager): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [DEFINITIONS_LOCK]);
}
