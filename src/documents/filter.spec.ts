import { describe, expect, it } from 'vitest';
import { newServer, newServerWithMeta, newSkill } from '../../test/factories/documents.js';
import type { SourceFilter } from '../model/source-settings.js';
import { compileFilter, filteredName, findInvalidPattern } from './filter.js';
import { toExtensionDocument, toServerDocument } from './normalise.js';

const tagged = (name: string, tags: string[]) =>
  toServerDocument(newServerWithMeta({ 'io.github.stacklok': { id: { tags } } }, { name }));
const plain = (name: string) => toServerDocument(newServer({ name }));

const SERVERS = [
  tagged('io.example/db-postgres', ['database', 'sql']),
  tagged('io.example/db-mysql', ['database', 'old-thing']),
  tagged('io.other/web', ['web']),
  plain('com.acme/Web'),
  plain('a/b'),
  toServerDocument(
    newServerWithMeta(
      { 'com.other': { k1: { tags: ['Mixed Case', 'database'] }, tags: ['too-high'] } },
      { name: 'a/c' },
    ),
  ),
];
const ALL = ['io.example/db-postgres', 'io.example/db-mysql', 'io.other/web', 'com.acme/Web', 'a/b', 'a/c'];

describe('compileFilter', () => {
  it.each<[string, SourceFilter | undefined | null, string[]]>([
    ['no filter', undefined, ALL],
    ['null', null, ALL],
    ['an empty filter', {}, ALL],
    ['empty lists', { names: { include: [], exclude: [] }, tags: { include: [], exclude: [] } }, ALL],
    ['an exact name', { names: { include: ['a/b'] } }, ['a/b']],
    ['a part of a name', { names: { include: ['io.example'] } }, []],
    ['an empty pattern', { names: { include: [''] } }, []],
    ['several includes', { names: { include: ['a/*', 'com.*'] } }, ['com.acme/Web', 'a/b', 'a/c']],
    ['an exclude alone', { names: { exclude: ['io.*'] } }, ['com.acme/Web', 'a/b', 'a/c']],
    ['exclude over include', { names: { include: ['io.example/*'], exclude: ['*mysql'] } }, ['io.example/db-postgres']],
    ['a tag', { tags: { include: ['web'] } }, ['io.other/web']],
    [
      'a tag of any publisher namespace',
      { tags: { include: ['database'] } },
      ['io.example/db-postgres', 'io.example/db-mysql', 'a/c'],
    ],
    ['a tag that stands too high', { tags: { include: ['too-high'] } }, []],
    ['a tag of mixed case', { tags: { include: ['Mixed Case'] } }, ['a/c']],
    ['a tag in another case', { tags: { include: ['Database'] } }, []],
    ['a tag that looks like a glob', { tags: { include: ['data*', '['] } }, []],
    ['an excluded tag', { tags: { exclude: ['database'] } }, ['io.other/web', 'com.acme/Web', 'a/b']],
    [
      'tag exclude over tag include',
      { tags: { include: ['database'], exclude: ['old-thing'] } },
      ['io.example/db-postgres', 'a/c'],
    ],
    [
      'names and tags together',
      { names: { include: ['*/db-*'] }, tags: { exclude: ['sql'] } },
      ['io.example/db-mysql'],
    ],
  ])('with %s keeps what it should', (_what, filter, expected) => {
    const kept = SERVERS.filter(compileFilter(filter));

    expect(kept.map((entry) => entry.name)).toEqual(expected);
  });

  it.each(['skill', 'plugin'] as const)('looks at namespace and name of a %s, and not at tags', (kind) => {
    const entry = toExtensionDocument(kind, newSkill({ namespace: 'io.other', name: 'two' }));

    expect(filteredName(entry)).toBe('io.other/two');
    expect(compileFilter({ names: { include: ['io.other/*'] }, tags: { include: ['nothing'] } })(entry)).toBe(true);
    expect(compileFilter({ names: { exclude: ['io.other/two'] } })(entry)).toBe(false);
    expect(compileFilter({ names: { include: ['two'] } })(entry)).toBe(false);
  });

  it('throws for a pattern that cannot be compiled', () => {
    expect(() => compileFilter({ names: { exclude: ['a', 'b['] } })).toThrow(
      'filter.names.exclude[1]: invalid pattern "b[": unterminated "["',
    );
  });
});

describe('findInvalidPattern', () => {
  it.each<[SourceFilter | undefined, string | undefined]>([
    [undefined, undefined],
    [{ names: { include: ['a*', '{b,c}'], exclude: ['[d]'] }, tags: { include: ['['] } }, undefined],
    [{ names: { include: ['ok', '[abc'] } }, 'filter.names.include[1]: invalid pattern "[abc": unterminated "["'],
    [{ names: { exclude: ['{a,b'] } }, 'filter.names.exclude[0]: invalid pattern "{a,b": unterminated "{"'],
    [{ names: { exclude: ['a\\'] } }, 'filter.names.exclude[0]: invalid pattern "a\\\\": trailing "\\"'],
  ])('of %j says %j', (filter, message) => {
    expect(findInvalidPattern(filter)).toBe(message);
  });
});
