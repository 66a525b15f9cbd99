import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VerificationKey } from './verification-key.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ecPublic = ec.publicKey.export({ format: 'jwk' });
const key = (members: object) => VerificationKey.from({ ...rsa, kid: 'k', ...members });

describe('VerificationKey', () => {
  it.each([
    {},
    { use: 'sig' },
    { key_ops: ['verify'] },
    { key_ops: ['sign', 'verify'] },
    { alg: 'RS256' },
    { x5c: ['…'], 'x-vendor': 1 },
  ])('takes a key with the members %j', (members) => {
    expect(key(members)?.fits('RS256')).toBe(true);
  });

  it.each([
    { use: 'enc' },
    { use: '' },
    { key_ops: ['encrypt'] },
    { key_ops: [] },
    { key_ops: 'verify' },
    { kid: undefined },
    { kid: '' },
    { kid: 5 },
    { kty: 'oct' },
    { kty: 'OKP' },
    { kty: 'toString' },
    { kty: undefined },
  ])('does not take a key with the members %j', (members) => {
    expect(key(members)).toBeUndefined();
  });

  it.each([null, 'x', 5, []])('does not take %j', (value) => {
    expect(VerificationKey.from(value)).toBeUndefined();
  });

  it.each([
    ['RS256', true],
    ['RS512', true],
    ['ES256', false],
    ['PS256', false],
    ['HS256', false],
  ])('an RSA key fits %s: %s', (algorithm, expected) => {
    expect(key({})?.fits(algorithm)).toBe(expected);
  });

  it.each([
    ['ES256', true],
    ['ES384', false],
    ['RS256', false],
  ])('a P-256 key fits %s: %s', (algorithm, expected) => {
    expect(VerificationKey.from({ ...ecPublic, kid: 'k' })?.fits(algorithm)).toBe(expected);
  });

  it('verifies only the algorithm that it names', () => {
    expect([key({ alg: 'RS256' })?.fits('RS256'), key({ alg: 'RS256' })?.fits('RS512')]).toEqual([true, false]);
  });

  it('is imported as a public key, even when the private one has been published', async () => {
    const published = VerificationKey.from({ ...ec.privateKey.export({ format: 'jwk' }), kid: 'k' });

    await expect(published?.forAlgorithm('ES256')).resolves.toMatchObject({ type: 'public', usages: ['verify'] });
  });

  it('is the same key as long as nothing that counts has changed', () => {
    expect(key({ 'x-vendor': 1 })?.identity).toBe(key({})?.identity);
    expect(key({ alg: 'RS256' })?.identity).not.toBe(key({})?.identity);
    expect(key({ n: ecPublic.x })?.identity).not.toBe(key({})?.identity);
  });

  it('cannot be imported without its members', async () => {
    await expect(VerificationKey.from({ kty: 'RSA', kid: 'k' })?.forAlgorithm('RS256')).rejects.toThrow();
  });
});
