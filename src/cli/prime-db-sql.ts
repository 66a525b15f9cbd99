import { escapeIdentifier, escapeLiteral } from 'pg';

/** The role that holds the application's privileges; the migrations grant them. */
export const APPLICATION_ROLE = 'toolhive_registry_server';

/** A string constant in dollar quotes whose tag does not occur in the text. */
function dollarQuote(text: string): string {
  let tag = '$prime$';
  for (let number = 1; text.includes(tag); number++) tag = `$prime${number}$`;
  return `${tag}${text}${tag}`;
}

function createUnlessThere(role: string, options: string): string {
  const body = `
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = ${escapeLiteral(role)}) THEN
    CREATE ROLE ${escapeIdentifier(role)} ${options};
  END IF;
END
`;
  return `DO ${dollarQuote(body)};`;
}

/**
 * The SQL that makes a login user for the application: one transaction, harmless when repeated. An existing user keeps
 * its password. Name and password may hold any character but NUL (operations spec R-16).
 */
export function primeDatabaseSql(username: string, password: string): string {
  return [
    'BEGIN;',
    createUnlessThere(APPLICATION_ROLE, 'NOLOGIN'),
    createUnlessThere(username, `LOGIN PASSWORD ${escapeLiteral(password)}`),
    `GRANT ${escapeIdentifier(APPLICATION_ROLE)} TO ${escapeIdentifier(username)};`,
    'COMMIT;',
    '',
  ].join('\n');
}
