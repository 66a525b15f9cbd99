import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../common/errors.js';
import type { PublishEntryRequest } from './dto/publish-entry.request.js';
import { readPublication } from './publication.js';

const OPEN = { maxMetaSize: 1000, requiresClaims: false };
const CLOSED = { ...OPEN, requiresClaims: true };
const SERVER = { name: 'io.example/a', version: '1.0.0' };
const SKILL = { namespace: 'io.example', name: 'a', version: '1.0.0' };

describe('readPublication', () => {
  it.each<[PublishEntryRequest, string, string]>([
    [{ server: SERVER }, 'server', ''],
    [{ skill: SKILL }, 'skill', 'io.example'],
    [{ plugin: SKILL }, 'plugin', 'io.example'],
  ])('reads %j', (request, kind, namespace) => {
    const { document, claims } = readPublication(request, OPEN);

    expect(document).toMatchObject({ kind, namespace, version: '1.0.0' });
    expect(claims).toBeNull();
  });

  it('gives claims as they were sent, and none for an empty object', () => {
    const claims = { org: 'acme', team: ['b', 'a', 'a'], any: [], '': '' };

    expect(readPublication({ server: SERVER, claims }, CLOSED).claims).toEqual(claims);
    expect(readPublication({ server: SERVER, claims: {} }, OPEN).claims).toBeNull();
  });

  it.each<[string, PublishEntryRequest, string]>([
    ['types of members', { skill: { icons: 'x' }, plugin: SKILL }, 'invalid request body: skill.icons'],
    ['exactly one document', { server: { name: '' }, plugin: SKILL }, "exactly one of 'server', 'skill', or 'plugin'"],
    ['required claims', { server: { name: '' } }, 'claims are required when authorization is enabled'],
    ['claim values', { server: { name: '' }, claims: { team: 5 } }, 'claim "team"'],
    ['the document', { server: { name: '' }, claims: { team: 'a' } }, 'invalid server name: '],
  ])('checks %s in that order', (_what, request, message) => {
    expect(() => readPublication(request, CLOSED)).toThrow(InvalidInputError);
    expect(() => readPublication(request, CLOSED)).toThrow(message);
  });
});
