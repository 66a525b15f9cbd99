import { describe, expect, it } from 'vitest';
import { matchPgpass } from './pgpass.js';

const target = { host: 'db.example', port: 5432, database: 'registry', user: 'app' };

describe('matchPgpass', () => {
  it.each([
    ['db.example:5432:registry:app:secret', 'secret'],
    ['*:*:*:*:secret', 'secret'],
    ['db.example:*:*:app:secret', 'secret'],
    ['other:5432:registry:app:wrong\ndb.example:5432:registry:app:right', 'right'],
    ['*:*:*:*:first\n*:*:*:*:second', 'first'],
    ['# comment\n\n*:*:*:*:secret', 'secret'],
    ['*:*:*:*:with\\:colon', 'with:colon'],
    ['*:*:*:*:with\\\\backslash', 'with\\backslash'],
    ['*:*:*:*:plain:colon', 'plain:colon'],
    ['*:*:*:*: spaced out ', ' spaced out '],
    ['*:*:*:*:windows\r\n', 'windows'],
    ['*:*:*:*:', ''],
  ])('finds the password in %j', (text, password) => {
    expect(matchPgpass(text, target)).toBe(password);
  });

  it.each([
    '',
    'db.example:5433:registry:app:wrong port',
    'db.example:5432:other:app:wrong database',
    'db.example:5432:registry:admin:wrong user',
    'DB.EXAMPLE:5432:registry:app:wrong case',
    'db.*:5432:registry:app:no globs',
    'db.example:5432:registry:app',
    '#*:*:*:*:comment',
  ])('finds nothing in %j', (text) => {
    expect(matchPgpass(text, target)).toBeUndefined();
  });

  it('unescapes the fields before it compares them', () => {
    expect(matchPgpass('a\\:b:5432:c\\\\d:app:secret', { ...target, host: 'a:b', database: 'c\\d' })).toBe('secret');
  });

  it('takes an escaped asterisk for one', () => {
    expect(matchPgpass('*:*:*:\\*:secret', target)).toBeUndefined();
    expect(matchPgpass('*:*:*:\\*:secret', { ...target, user: '*' })).toBe('secret');
  });
});
