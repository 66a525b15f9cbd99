import { describe, expect, it } from 'vitest';
import { encodeCursor } from './cursor.js';
import { parseExtensionListQuery as parse } from './extension-list.query.js';

const position = { direction: 'after' as const, name: 'a', version: '1.0.0', namespace: 'x' };

describe('the query of the lists of skills and plugins', () => {
  it('asks for the first 50 items of everything without parameters', () => {
    expect(parse('')).toEqual({ limit: 50, position: undefined, filter: {}, withTotal: false, parameters: {} });
  });

  it('ignores other parameters, even malformed ones', () => {
    expect(parse('version=latest&updated_since=x&namespace=other&total=maybe&kind=x&tag=y')).toEqual(parse(''));
  });

  it.each([
    ['limit=1', 1],
    ['limit=100', 100],
    ['limit=', 50],
  ])('reads %s', (query, limit) => {
    expect(parse(query).limit).toBe(limit);
  });

  it.each(['abc', '1.5', '%2010', '%20', '99999999999999999999'])('refuses limit=%s', (limit) => {
    expect(() => parse(`limit=${limit}`)).toThrow('invalid limit parameter: must be an integer');
  });

  it.each(['0', '-1', '101', '1000'])('refuses limit=%s, which is out of range', (limit) => {
    expect(() => parse(`limit=${limit}`)).toThrow('invalid limit parameter: must be between 1 and 100');
  });

  it('trims search and cursor, and takes blank ones as absent', () => {
    const cursor = encodeCursor({ position, parameters: { search: 'carried' } });

    expect(parse('search=%20a%20b%09').filter).toEqual({ search: 'a b' });
    expect(parse('search=%20&cursor=%20')).toEqual(parse(''));
    expect(parse(`cursor=%20${cursor}%20`)).toMatchObject({ position, filter: { search: 'carried' } });
  });

  it('reads a list of statuses in any case', () => {
    expect(parse('status=active,%20Archived').filter).toEqual({ statuses: ['ACTIVE', 'ARCHIVED'] });
  });

  it.each(['nonsense', 'active,nonsense', 'active,', ','])('refuses status=%s', (status) => {
    expect(() => parse(`status=${status}`)).toThrow('invalid status parameter');
  });

  it('refuses a cursor that nobody handed out', () => {
    expect(() => parse('cursor=abc')).toThrow('Invalid cursor parameter');
  });

  it('goes on with the status that the cursor carries', () => {
    const cursor = encodeCursor({ position, parameters: { status: 'active' } });

    expect(parse(`cursor=${cursor}`).filter).toEqual({ statuses: ['ACTIVE'] });
    expect(parse(`cursor=${cursor}&status=archived`).filter).toEqual({ statuses: ['ARCHIVED'] });
  });
});
