import type { Client } from 'pg';
import { createLogger } from '../../telemetry/logging.js';
import type { DatabaseConnection } from '../database-connection.js';
import { databaseErrorCode } from '../database-errors.js';
import { withClient } from '../open-client.js';
import { readMigrations, type Migration } from './migration-files.js';
import { assertUsable, readSchemaVersion, type SchemaVersion, writeSchemaVersion } from './schema-version.js';
import { errorText } from '../../common/error-text.js';

/** Any number, the same in every process. */
const LOCK_KEY = 7_468_502_016;
const LOCK_LIMIT_MS = 120_000;

const INSUFFICIENT_PRIVILEGE = '42501';
const LOCK_NOT_AVAILABLE = '55P03';

/** What a run changed: the names of the steps in the order in which they were run, and the version it ended at. */
export interface MigrationResult {
  readonly steps: readonly string[];
  /** 0: nothing is applied. */
  readonly version: number;
}

/** Where a database stands. */
export interface MigrationStatus extends SchemaVersion {
  readonly newest: number;
  readonly isCurrent: boolean;
}

type Direction = 'up' | 'down';

/** The version after a transaction, and the step that it ran if there was one to run. */
interface StepOutcome {
  readonly version: number;
  readonly step?: string;
}

/**
 * Brings the schema to another version, one transaction a step (operations spec 4.1): a step that fails leaves the version as it
 * was. Any number of processes may do so at once; an advisory lock serialises their steps.
 */
export class MigrationRunner {
  readonly #log = createLogger('migrations');

  private constructor(
    private readonly connection: DatabaseConnection,
    private readonly migrations: readonly Migration[],
  ) {}

  /** @param migrations - in ascending order; default: those of the package */
  static async create(connection: DatabaseConnection, migrations?: readonly Migration[]): Promise<MigrationRunner> {
    return new MigrationRunner(connection, migrations ?? (await readMigrations()));
  }

  /**
   * Applies missing steps as the migration user.
   * @param maxSteps - how many at most; default: all
   * @throws Error when the database is dirty, newer than this program, of the established server, or a step fails
   */
  async up(maxSteps = Number.POSITIVE_INFINITY): Promise<MigrationResult> {
    return this.#move('up', maxSteps);
  }

  /**
   * Takes the newest steps back as the migration user; their data is lost. Ends early when nothing is left.
   * @throws as {@link up}
   */
  async down(steps: number): Promise<MigrationResult> {
    return this.#move('down', steps);
  }

  /**
   * Makes the schema current. The application user alone is enough when it is already.
   * @throws as {@link up}
   */
  async ensureCurrent(): Promise<MigrationResult> {
    const status = await this.#statusAsApplicationUser();
    if (status?.isCurrent) return { steps: [], version: status.version };
    return this.up();
  }

  /** Where the database stands, asked as the application user; as the migration user where that one may not look. */
  async status(): Promise<MigrationStatus> {
    return (await this.#statusAsApplicationUser()) ?? withClient(this.connection.migration, (c) => this.#statusOf(c));
  }

  async #statusAsApplicationUser(): Promise<MigrationStatus | undefined> {
    try {
      return await withClient(this.connection.application, (client) => this.#statusOf(client));
    } catch (error) {
      if (databaseErrorCode(error) === INSUFFICIENT_PRIVILEGE) return undefined;
      throw error;
    }
  }

  async #statusOf(client: Client): Promise<MigrationStatus> {
    const found = await readSchemaVersion(client);
    assertUsable(found, this.#newest);
    return { ...found, newest: this.#newest, isCurrent: found.version === this.#newest };
  }

  get #newest(): number {
    return this.migrations.at(-1)?.version ?? 0;
  }

  async #move(direction: Direction, maxSteps: number): Promise<MigrationResult> {
    return withClient(this.connection.migration, async (client) => {
      const steps: string[] = [];
      let version = 0;
      for (;;) {
        const outcome = await this.#inTransaction<StepOutcome>(client, (found) =>
          steps.length < maxSteps ? this.#step(client, direction, found) : { version: found.version },
        );
        version = outcome.version;
        if (outcome.step === undefined) return { steps, version };
        steps.push(outcome.step);
        this.#log.info({ step: outcome.step, version, direction }, 'schema migrated');
      }
    });
  }

  async #inTransaction<T>(client: Client, work: (found: SchemaVersion) => T | Promise<T>): Promise<T> {
    await client.query('BEGIN');
    try {
      await client.query(`SET LOCAL lock_timeout = ${LOCK_LIMIT_MS}; SET LOCAL statement_timeout = 0`);
      await takeLock(client);
      const found = await readSchemaVersion(client);
      assertUsable(found, this.#newest);
      const result = await work(found);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async #step(client: Client, direction: Direction, { version }: SchemaVersion): Promise<StepOutcome> {
    const migration = this.#next(direction, version);
    if (!migration) return { version };
    const target = direction === 'up' ? migration.version : this.#versionBelow(migration.version);
    try {
      await writeSchemaVersion(client, target);
      await client.query(migration[direction]);
    } catch (error) {
      throw new Error(`migration "${migration.name}" (${direction}) failed: ${explain(error)}`, { cause: error });
    }
    return { version: target, step: migration.name };
  }

  #next(direction: Direction, version: number): Migration | undefined {
    if (direction === 'up') return this.migrations.find((migration) => migration.version > version);
    return this.migrations.findLast((migration) => migration.version <= version);
  }

  #versionBelow(version: number): number {
    return this.migrations.findLast((migration) => migration.version < version)?.version ?? 0;
  }
}

/** Waits for other processes that migrate. */
async function takeLock(client: Client): Promise<void> {
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
  } catch (error) {
    throw new Error(`cannot lock the database's schema: ${explain(error)}`, { cause: error });
  }
}

/** The sentence for the operator, with what to do about it where that is known. */
function explain(error: unknown): string {
  const message = errorText(error);
  switch (databaseErrorCode(error)) {
    case LOCK_NOT_AVAILABLE:
      return `${message}: another process has held the lock for two minutes`;
    case INSUFFICIENT_PRIVILEGE:
      return (
        `${message}: the migration user needs CREATE on the schema and, ` +
        'while the role toolhive_registry_server does not exist, CREATEROLE'
      );
    default:
      return message;
  }
}
