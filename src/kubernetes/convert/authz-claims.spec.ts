import { describe, expect, it } from 'vitest';
import { readAuthzClaims } from './authz-claims.js';

describe('readAuthzClaims', () => {
  it.each([undefined, ''])('leaves the claims to the source for %j', (annotation) => {
    expect(readAuthzClaims(annotation)).toEqual({ kind: 'inherited' });
  });

  it.each([
    ['{"team":"platform","groups":["x","y"]}', { team: 'platform', groups: ['x', 'y'] }],
    ['{"org":"a","org":"b"}', { org: 'b' }],
    ['{"groups":[]}', { groups: [] }],
    ['{}', null],
    ['null', null],
    [' { } ', null],
  ])('reads %s', (annotation, claims) => {
    expect(readAuthzClaims(annotation)).toEqual({ kind: 'own', claims });
  });

  it.each([' ', '{not json', '["a"]', '"a"', '7', '{"level":3}', '{"org":null}', '{"g":["a",1]}', '{"a":{"b":"c"}}'])(
    'refuses %s',
    (annotation) => {
      expect(readAuthzClaims(annotation)).toMatchObject({ kind: 'invalid' });
    },
  );

  it.each(['{"a":"\\u0000"}', '{"\\ud800":"b"}'])('refuses %s, which cannot be stored', (annotation) => {
    expect(readAuthzClaims(annotation)).toEqual({ kind: 'invalid', problem: 'holds text that cannot be stored' });
  });

  it('names the claim that is wrong', () => {
    expect(readAuthzClaims('{"level":3}')).toEqual({
      kind: 'invalid',
      problem: 'claim "level": value must be a string or array of strings',
    });
  });
});
