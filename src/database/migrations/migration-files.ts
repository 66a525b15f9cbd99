import { readdir, readFile } from 'node:fs/promises';

/** One step of the schema's history: a file `migrations/NNNN-name.sql`. */
export interface Migration {
  /** Ours start at 1001; lower numbers belong to the established server's schema. */
  readonly version: number;
  readonly name: string;
  /** SQL statements, run in one transaction. */
  readonly up: string;
  readonly down: string;
}

/** `src` and `dist` lie at the same depth below the package's root. */
const FOLDER = new URL('../../../migrations/', import.meta.url);

const SECTIONS = /^-- migrate: up$(?<up>.*)^-- migrate: down$(?<down>.*)/ms;

/** All migrations in ascending order of version. */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted();
  return Promise.all(files.map(async (file) => parseMigration(file, await readFile(new URL(file, folder), 'utf8'))));
}

/**
 * Reads one migration.
 * @param file - name of the file, `NNNN-name.sql`
 * @throws Error when the name or the sections `-- migrate: up` and `-- migrate: down` are not as they should be
 */
export function parseMigration(file: string, text: string): Migration {
  const version = /^(\d+)-/.exec(file)?.[1];
  const sections = SECTIONS.exec(text)?.groups;
  if (version === undefined || !sections?.['up'] || !sections['down']) {
    throw new Error(
      `migration "${file}": expected NNNN-name.sql with sections "-- migrate: up" and "-- migrate: down"`,
    );
  }
  return { version: Number(version), name: file.replace(/\.sql$/, ''), up: sections['up'], down: sections['down'] };
}
