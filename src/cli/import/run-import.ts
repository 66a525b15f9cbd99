import { DataSource } from 'typeorm';
import type { RegistryConfig } from '../../config/config.js';
import { createDataSourceOptions } from '../../database/data-source-options.js';
import type { DatabaseConnection } from '../../database/database-connection.js';
import { createDatabaseServices } from '../../database/database-services.js';
import { MigrationRunner } from '../../database/migrations/migration-runner.js';
import type { TransactionRunner } from '../../database/transaction-runner.js';
import { EntryVersionEntity } from '../../entries/entry-version.entity.js';
import { EntryWriter } from '../../entries/entry-writer.js';
import { EntryEntity } from '../../entries/entry.entity.js';
import { RegistriesRepository } from '../../registries/registries.repository.js';
import { RegistrySourceEntity } from '../../registries/registry-source.entity.js';
import { RegistryEntity } from '../../registries/registry.entity.js';
import { holdDefinitions } from '../../sources/definition-lock.js';
import { SourceEntity } from '../../sources/source.entity.js';
import { SourceWriter } from '../../sources/source-writer.js';
import { SourcesRepository } from '../../sources/sources.repository.js';
import { DocumentParser } from '../../sync/document-parser.js';
import { InlineDocuments } from '../../sync/inline-documents.js';
import { SOLE_PROCESS } from '../../common/process-role.js';
import { toSyncOptions } from '../../sync/sync-options.js';
import { SyncStatusRepository } from '../../sync/sync-status.repository.js';
import { EntryImport } from './entry-import.js';
import type { EstablishedDatabase } from './established-database.js';
import { ImportReport, type ImportSummary } from './import-report.js';
import { DatabaseTarget, DryRunTarget, EMPTY_TARGET, type ImportServices, type ImportTarget } from './import-target.js';
import { RegistryImport } from './registry-import.js';
import { SourceImport } from './source-import.js';

/** A statement of a batch may take longer than one of a request. */
const STATEMENT_TIMEOUT_MS = 300_000;

const ENTITIES = [SourceEntity, RegistryEntity, RegistrySourceEntity, EntryEntity, EntryVersionEntity];

/** What an import is about. */
export interface ImportOrder {
  readonly from: EstablishedDatabase;
  /** Whose database is the target, and whose sources and registries have precedence. */
  readonly config: RegistryConfig;
  readonly dryRun: boolean;
}

type Services = ImportServices & { readonly inlineDocuments: InlineDocuments };

function createServices(runner: TransactionRunner, config: RegistryConfig): Services {
  const entries = new EntryWriter();
  const sources = new SourcesRepository(runner);
  const statuses = new SyncStatusRepository(runner);
  const inlineDocuments = new InlineDocuments(
    new DocumentParser(toSyncOptions(config, SOLE_PROCESS)),
    entries,
    statuses,
  );
  const sourceWriter = new SourceWriter(sources, statuses, entries, inlineDocuments);
  return { sources, sourceWriter, registries: new RegistriesRepository(runner), entries, inlineDocuments };
}

async function copy(
  { from, config, dryRun }: ImportOrder,
  target: ImportTarget,
  { inlineDocuments }: Services,
): Promise<ImportSummary> {
  const report = new ImportReport();
  const sources = new SourceImport(target, config, inlineDocuments, report);
  const established = await from.listSources();
  await sources.run(established);
  await new RegistryImport(target, config, sources, report).run(await from.listRegistries());
  for (const { id, name } of established.filter(({ kind }) => kind === 'managed')) {
    const sourceId = sources.managedId(name);
    if (sourceId === undefined) continue;
    const entries = new EntryImport(target, sourceId, report);
    for await (const batch of from.batches(id)) await entries.run(batch);
  }
  return report.summary(dryRun);
}

/** Runs work with the services of an open target. */
async function withServices<T>(
  connection: DatabaseConnection,
  config: RegistryConfig,
  work: (runner: TransactionRunner, services: Services) => Promise<T>,
): Promise<T> {
  const dataSource = new DataSource({ ...createDataSourceOptions(connection), entities: ENTITIES });
  await dataSource.initialize();
  const { runner, changeFeed } = createDatabaseServices(connection, dataSource);
  try {
    return await work(runner, createServices(runner, config));
  } finally {
    await changeFeed.beforeApplicationShutdown();
    await dataSource.destroy();
  }
}

/** Whether the target has this program's schema; in a dry run it may have none yet. */
async function prepare(connection: DatabaseConnection, dryRun: boolean): Promise<boolean> {
  const migrations = await MigrationRunner.create(connection);
  if (!dryRun) {
    await migrations.ensureCurrent();
    return true;
  }
  const { version, isCurrent } = await migrations.status();
  if (version === 0 || isCurrent) return isCurrent;
  throw new Error('the schema of the target is out of date: run "thv-registry-api migrate up" before a dry run');
}

/**
 * Takes over what was made over the API of the established server (ahead.md P11): in one transaction of the target, all
 * or nothing. What the target has already stays as it is, so an import may be repeated.
 * @param connection - the target's database, which answers; it is migrated first, unless it is a dry run
 * @throws Error when the target's schema is another program's, or a statement fails
 */
export async function runImport(connection: DatabaseConnection, order: ImportOrder): Promise<ImportSummary> {
  const hasSchema = await prepare(connection, order.dryRun);
  return withServices(connection, order.config, (runner, services) => {
    if (!hasSchema) return copy(order, new DryRunTarget(EMPTY_TARGET), services);
    return runner.run(
      async (tx) => {
        // A dry run keeps nobody from working.
        if (!order.dryRun) await holdDefinitions(tx);
        const target = await DatabaseTarget.open(tx, services);
        return copy(order, order.dryRun ? new DryRunTarget(target) : target, services);
      },
      { ...(!order.dryRun && { announce: 'here' as const }), statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  });
}
