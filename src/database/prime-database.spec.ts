import { describe, expect, it } from 'vitest';
import { Secret } from '../common/secret.js';
import { primeSql } from './prime-database.js';

describe('primeSql', () => {
  it('quotes the name as an identifier and as a text', () => {
    const sql = primeSql(`it's "mine"`, new Secret('pw'));

    expect(sql).toContain(`CREATE ROLE "it's ""mine""" LOGIN PASSWORD 'pw';`);
    expect(sql).toContain(`WHERE rolname = 'it''s "mine"'`);
    expect(sql).toContain(`GRANT toolhive_registry_server TO "it's ""mine""";`);
  });

  it('quotes the password', () => {
    expect(primeSql('app', new Secret(`it's \\ secret`))).toContain(`LOGIN PASSWORD E'it''s \\\\ secret';`);
  });

  it.each(['a$$b', '$prime$', '$prime$ $prime1$', "'; DROP TABLE source; --"])(
    'leaves no way out of its quotes for the password %j',
    (password) => {
      const sql = primeSql('app', new Secret(password));

      const [, quote] = /^DO (\$\w*\$)/m.exec(sql)!;
      expect(sql.split(quote!)).toHaveLength(3);
    },
  );

  it.each([
    ['', 'pw', 'the username must not be empty'],
    [' ', 'pw', 'the username must not be empty'],
    ['a\0b', 'pw', 'the username must not contain NUL characters'],
    ['é'.repeat(32), 'pw', 'the username must not be longer than 63 bytes'],
    ['app', '', 'the password must not be empty'],
    ['app', 'a\0b', 'the password must not contain NUL characters'],
  ])('refuses the name %j with the password %j', (name, password, message) => {
    expect(() => primeSql(name, new Secret(password))).toThrow(message);
  });
});
