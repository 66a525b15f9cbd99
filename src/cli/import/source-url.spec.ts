import { describe, expect, it } from 'vitest';
import { parseSourceUrl } from './source-url.js';

describe('parseSourceUrl', () => {
  it('reads user, password, host, port and database, percent-decoded', () => {
    const { config, mayBePlain } = parseSourceUrl('postgres://a%40b:p%2Fw@db.example.com:6432/old%20one');

    expect(config).toMatchObject({ user: 'a@b', host: 'db.example.com', port: 6432, database: 'old one' });
    expect(config.password?.reveal()).toBe('p/w');
    expect(mayBePlain).toBe(true);
  });

  it('has the default port, and leaves an absent password to the password file', () => {
    const { config } = parseSourceUrl('postgresql://u@[::1]/db?sslmode=verify-full&connect_timeout=3');

    expect(config).toMatchObject({ host: '::1', port: 5432, sslMode: 'verify-full' });
    expect(config.password).toBeUndefined();
  });

  it.each([
    ['require', 'require', false],
    ['disable', 'disable', false],
    ['prefer', 'require', true],
  ])('takes sslmode=%s', (given, sslMode, mayBePlain) => {
    const parsed = parseSourceUrl(`postgres://u:p@h/db?sslmode=${given}`);

    expect(parsed).toMatchObject({ mayBePlain, config: { sslMode } });
  });

  it.each([
    ['mysql://u:hidden@h/db', 'not a PostgreSQL URL'],
    ['u:hidden@h/db', 'not a PostgreSQL URL'],
    ['postgres://u:hidden@h', 'the database is missing'],
    ['postgres://:hidden@h/db', 'the user is missing'],
    ['postgres://u:hidden%@h/db', 'the password has a % that is no percent-encoding'],
    ['postgres://u:hidden@h/db?sslmode=maybe', 'sslmode must be one of'],
    ['postgres://u:hidden@h/db?options=x', 'parameter "options" is not supported'],
  ])('refuses %s without repeating it', (text, problem) => {
    expect(() => parseSourceUrl(text)).toThrow(`invalid --from: ${problem}`);
    expect(() => parseSourceUrl(text)).not.toThrow('hidden');
  });
});
