import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What a line of a password file is matched with. */
export interface PgpassTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password for a connection from `$PGPASSFILE`, else `~/.pgpass`: the first line `host:port:database:user:password` that
 * matches wins; `*` matches everything, `\:` and `\\` stand for themselves (operations spec 4.2).
 * @returns undefined when no line matches or the file is missing or unreadable
 */
export async function findPgpassPassword(
  target: PgpassTarget,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const file = environment['PGPASSFILE'] || join(homedir(), '.pgpass');
  const text = await readFile(file, 'utf8').catch(() => '');
  return matchPgpass(text, target);
}

/** The part of {@link findPgpassPassword} that knows the file's format. */
export function matchPgpass(text: string, target: PgpassTarget): string | undefined {
  const wanted = [target.host, `${target.port}`, target.database, target.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const [password, ...fields] = splitLine(line);
    if (password === undefined) continue;
    if (fields.every((field, index) => field === '*' || unescape(field) === wanted[index])) return password;
  }
  return undefined;
}

/** The password, then the four fields still escaped; nothing for a line of another shape. */
function splitLine(line: string): string[] {
  const parts = line.match(/(?:\\.|[^:\\])*(?::|$)/g) ?? [];
  if (parts.length < 5) return [];
  const fields = parts.slice(0, 4);
  const password = line.slice(fields.join('').length);
  return [unescape(password), ...fields.map((field) => field.slice(0, -1))];
}

function unescape(field: string): string {
  return field.replace(/\\(.)/g, '$1');
}
