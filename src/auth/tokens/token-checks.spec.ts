import { describe, expect, it } from 'vitest';
import { findRefusal, readKeyReference } from './token-checks.js';

const NOW_MS = 1_700_000_000_250;
const NOW = NOW_MS / 1000;
const expected = { issuerUrl: 'https://idp.example', audience: 'api://registry', clockSkewMs: 0 };
const claims = (overrides: Record<string, unknown> = {}) => ({
  iss: 'https://idp.example',
  aud: 'api://registry',
  exp: NOW + 600,
  ...overrides,
});

describe('findRefusal', () => {
  it.each<[string, Record<string, unknown>]>([
    ['exp, iss and aud alone', {}],
    ['a fraction of a second left', { exp: NOW + 0.001 }],
    ['nbf now', { nbf: NOW }],
    ['nbf in the past', { nbf: NOW - 60 }],
    ['iat in the future', { iat: NOW + 3600 }],
    ['aud as a list that holds the audience', { aud: ['x', 'api://registry'] }],
    ['an issuer that differs in other claims only', { sub: 5, jti: null }],
  ])('accepts %s', (_name, overrides) => {
    expect(findRefusal(claims(overrides), expected, NOW_MS)).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['another iss', { iss: 'https://evil.example' }, 'issuer'],
    ['iss with a slash more', { iss: 'https://idp.example/' }, 'issuer'],
    ['iss as a list', { iss: ['https://idp.example'] }, 'issuer'],
    ['no iss', { iss: undefined }, 'issuer'],
    ['another aud', { aud: 'api://other' }, 'audience'],
    ['aud in other case', { aud: 'API://registry' }, 'audience'],
    ['an empty list as aud', { aud: [] }, 'audience'],
    ['a list with a number in it', { aud: [5, 'api://registry'] }, 'audience'],
    ['aud as an object', { aud: { 'api://registry': true } }, 'audience'],
    ['no aud', { aud: undefined }, 'audience'],
    ['exp now', { exp: NOW }, 'expired'],
    ['exp as a string', { exp: String(NOW + 600) }, 'expired'],
    ['exp infinite', { exp: Number.POSITIVE_INFINITY }, 'expired'],
    ['a negative exp', { exp: -1 }, 'expired'],
    ['no exp', { exp: undefined }, 'expired'],
    ['nbf to come', { nbf: NOW + 0.001 }, 'not yet valid'],
    ['nbf as a string', { nbf: 'x' }, 'not yet valid'],
    ['nbf null', { nbf: null }, 'not yet valid'],
  ])('refuses %s', (_name, overrides, reason) => {
    expect(findRefusal(claims(overrides), expected, NOW_MS)).toBe(reason);
  });

  it.each<[Record<string, unknown>, string | undefined]>([
    [{ exp: NOW - 29 }, undefined],
    [{ exp: NOW - 30 }, 'expired'],
    [{ nbf: NOW + 30 }, undefined],
    [{ nbf: NOW + 31 }, 'not yet valid'],
  ])('allows for the configured skew of the clocks: %j', (overrides, reason) => {
    expect(findRefusal(claims(overrides), { ...expected, clockSkewMs: 30_000 }, NOW_MS)).toBe(reason);
  });
});

describe('readKeyReference', () => {
  it.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('accepts %s', (alg) => {
    expect(readKeyReference({ alg, kid: 'k' })).toEqual({ algorithm: alg, kid: 'k' });
  });

  it.each([
    'none',
    'None',
    'nOnE',
    undefined,
    null,
    5,
    'HS256',
    'HS384',
    'HS512',
    'PS256',
    'PS384',
    'PS512',
    'EdDSA',
    'Ed25519',
    'ES256K',
    'rs256',
    'toString',
    ['RS256'],
  ])('refuses the algorithm %j', (alg) => {
    expect(readKeyReference({ alg, kid: 'k' })).toBe('algorithm');
  });

  it.each([undefined, 7, null, ['x'], ''])('refuses the key id %j', (kid) => {
    expect(readKeyReference({ alg: 'RS256', kid })).toBe('unknown key');
  });

  it.each([[['x-ext']], [['b64']], [[]], [null]])('refuses an extension that must be understood: crit %j', (crit) => {
    expect(readKeyReference({ alg: 'RS256', kid: 'k', crit, b64: false })).toBe('algorithm');
  });
});
