import { describe, expect, it } from 'vitest';
import { encodeCursor, LAST_NAMESPACE } from '../catalog/cursor.js';
import { parseServerListQuery as parse } from './server-list.query.js';

/** A cursor, with the query string that produced it. */
const cursorOf = (query: string): string =>
  encodeCursor({
    position: { direction: 'after', name: 'io.example/a', version: '1.0.0', namespace: '' },
    parameters: parse(query).parameters,
  });

describe('the query of the list of servers', () => {
  it('asks for the first 30 items of everything without parameters', () => {
    expect(parse('')).toEqual({ limit: 30, position: undefined, filter: {}, withTotal: false, parameters: {} });
  });

  it('takes empty parameters as absent and ignores unknown ones', () => {
    const query = 'limit=&cursor=&search=&version=&updated_since=&tag=&kind=&total=&foo=bar&include_deleted=true';

    expect(parse(query)).toEqual(parse(''));
  });

  it.each([
    ['limit=5', 5],
    ['limit=%2B5', 5],
    ['limit=0005', 5],
    ['limit=1000', 1000],
    ['limit=1001', 1000],
    ['limit=9223372036854775807', 1000],
    ['limit=7&limit=abc', 7],
  ])('reads %s', (query, limit) => {
    expect(parse(query).limit).toBe(limit);
  });

  it.each(['abc', '1.5', '5x', '0x10', '%205', '+5', '1e3', '9223372036854775808', '99999999999999999999', '1_0', '٣'])(
    'refuses limit=%s',
    (limit) => {
      expect(() => parse(`limit=${limit}`)).toThrow('Invalid limit parameter: must be an integer');
    },
  );

  it.each(['0', '-0', '-1', '-9223372036854775808'])('refuses limit=%s, which is below 1', (limit) => {
    expect(() => parse(`limit=${limit}`)).toThrow('Invalid limit parameter: must be a positive integer');
  });

  it('reads every filter', () => {
    const { filter, withTotal } = parse(
      'search=a%20b&version=1.0.0%2Bx&updated_since=1970-01-01T00:00:01Z&tag=x&tag=y&transport=sse&transport=stdio' +
        '&registry_type=oci&kind=remote&total=true',
    );

    expect(filter).toEqual({
      search: 'a b',
      version: '1.0.0+x',
      updatedSince: 1_000_000,
      tags: ['x', 'y'],
      transports: ['sse', 'stdio'],
      registryTypes: ['oci'],
      kind: 'remote',
    });
    expect(withTotal).toBe(true);
  });

  it('does not trim a search, takes a plus as a space and a semicolon as itself', () => {
    expect(parse('search=+a;b').filter).toEqual({ search: ' a;b' });
  });

  it('takes the first of a repeated parameter', () => {
    expect(parse('search=a&search=b').filter).toEqual({ search: 'a' });
  });

  it.each([
    ['updated_since=x', 'Invalid updated_since parameter: must be RFC3339 format (e.g., 2025-08-07T13:15:04.280Z)'],
    ['transport=carrier-pigeon', 'Invalid transport parameter: must be one of stdio, sse, streamable-http'],
    ['transport=sse&transport=SSE', 'Invalid transport parameter: must be one of stdio, sse, streamable-http'],
    ['kind=x', 'Invalid kind parameter: must be remote or package'],
    ['total=maybe', 'Invalid total parameter: must be true'],
    ['total=false', 'Invalid total parameter: must be true'],
    ['cursor=abc', 'Invalid cursor parameter'],
    ['search=%00', 'search cannot contain U+0000'],
    ['limit=%zz', 'invalid percent-encoding in the query string'],
  ])('refuses %s', (query, message) => {
    expect(() => parse(query)).toThrow(message);
  });

  it('goes on with the filters that the cursor carries', () => {
    const filters = 'search=a&version=latest&tag=x&tag=y&transport=sse&registry_type=oci&kind=remote&total=true';

    const followed = parse(`limit=2&cursor=${cursorOf(`${filters}&updated_since=2026-01-01T00:00:00Z`)}`);

    const { filter, withTotal, parameters } = parse(`${filters}&updated_since=2026-01-01T00:00:00Z`);
    expect(followed).toEqual({
      limit: 2,
      position: { direction: 'after', name: 'io.example/a', version: '1.0.0', namespace: '' },
      filter,
      withTotal,
      parameters,
    });
  });

  it('prefers filters that are repeated to those that the cursor carries, one by one', () => {
    const cursor = cursorOf('search=a&version=latest&tag=x');

    expect(parse(`cursor=${cursor}&search=b&tag=z&kind=`).filter).toEqual({
      search: 'b',
      version: 'latest',
      tags: ['z'],
    });
  });

  it('refuses filters of a forged cursor as if they had been given', () => {
    const position = { direction: 'after' as const, name: 'a', version: '1', namespace: '' };
    const cursor = encodeCursor({ position, parameters: { transport: ['x'], constructor: 'y' } });

    expect(() => parse(`cursor=${cursor}`)).toThrow('Invalid transport parameter');
  });

  it('takes a cursor of the old form', () => {
    const cursor = Buffer.from('io.example/beta,1.9.0').toString('base64');

    expect(parse(`cursor=${encodeURIComponent(cursor)}`).position).toEqual({
      direction: 'after',
      name: 'io.example/beta',
      version: '1.9.0',
      namespace: LAST_NAMESPACE,
    });
  });
});
