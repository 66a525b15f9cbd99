import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Secret } from '../common/secret.js';
import type { DatabaseConnection } from './database-connection.js';
import { withClient } from './open-client.js';

/** The role that the migrations grant the application's privileges to (operations spec 4.4). */
const ROLE = 'toolhive_registry_server';

/** PostgreSQL cuts longer names off. */
const MAX_NAME_BYTES = 63;

/**
 * The SQL that creates the application's role and a login user with it, in one transaction. Both may exist already; an existing user
 * keeps its password. Any name and password are quoted properly (operations spec 3.4, R-16).
 * @throws Error when the username or the password cannot be one
 */
export function primeSql(username: string, password: Secret): string {
  assertDatabaseUsername(username);
  const secret = password.reveal();
  if (secret === '') throw new Error('the password must not be empty');
  if (secret.includes('\0')) throw new Error('the password must not contain NUL characters');
  const user = escapeIdentifier(username);
  const userText = escapeLiteral(username).trim();
  const body = `
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ROLE}') THEN
    CREATE ROLE ${ROLE} NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${userText}) THEN
    CREATE ROLE ${user} LOGIN PASSWORD ${escapeLiteral(secret).trim()};
  END IF;
  IF NOT pg_has_role(${userText}, '${ROLE}', 'MEMBER') THEN
    GRANT ${ROLE} TO ${user};
  END IF;
END
`;
  const quote = dollarQuoteFor(body);
  return `BEGIN;\nDO ${quote}${body}${quote};\nCOMMIT;\n`;
}

/**
 * Runs {@link primeSql} on the configured database as the migration user.
 * @throws Error when there is no connection, or the migration user may not create roles
 */
export async function primeDatabase(
  { migration }: DatabaseConnection,
  username: string,
  password: Secret,
): Promise<void> {
  const sql = primeSql(username, password);
  await withClient(migration, async (client) => {
    try {
      await client.query(sql);
    } catch (error) {
      // oxlint-disable-next-line eslint/preserve-caught-error -- it holds the statement, and with it the password
      throw new Error(`cannot create user "${username}": ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  });
}

/** @throws Error when no database user can be called so */
export function assertDatabaseUsername(username: string): void {
  if (username.trim() === '') throw new Error('the username must not be empty');
  if (username.includes('\0')) throw new Error('the username must not contain NUL characters');
  if (Buffer.byteLength(username) > MAX_NAME_BYTES) {
    throw new Error(`the username must not be longer than ${MAX_NAME_BYTES} bytes`);
  }
}

/** A dollar quote that the text does not contain, whatever names and passwords are in it. */
function dollarQuoteFor(text: string): string {
  for (let number = 0; ; number++) {
    const quote = `$prime${number || ''}$`;
    if (!text.includes(quote)) return quote;
  }
}
