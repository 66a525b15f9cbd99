import { describe, expect, it } from 'vitest';
import { parseJwt } from './jwt.js';

const b64 = (text: string): string => Buffer.from(text).toString('base64url');
const HEADER = b64('{"alg":"RS256"}');
const CLAIMS = b64('{"sub":"someone"}');

describe('parseJwt', () => {
  it('reads header and claims', () => {
    const text = `${HEADER}.${CLAIMS}.c2ln`;

    expect(parseJwt(text)).toEqual({ text, header: { alg: 'RS256' }, claims: { sub: 'someone' } });
  });

  it('takes a token without a signature for a JWT, which then fails to verify', () => {
    expect(parseJwt(`${HEADER}.${CLAIMS}.`)).toBeDefined();
  });

  it.each([
    '',
    'opaque',
    'not.a.valid.jwt',
    '..',
    `${HEADER}.${CLAIMS}`,
    `${HEADER}.${CLAIMS}.c2ln.x`,
    `${HEADER}.${CLAIMS}.c2ln==`,
    `${HEADER}.${CLAIMS}.c2 n`,
    ` ${HEADER}.${CLAIMS}.c2ln`,
    `${HEADER}.${CLAIMS}.c2ln\n`,
    `${b64('x')}.${CLAIMS}.c2ln`,
    `${HEADER}.${b64('{')}.c2ln`,
    `${HEADER}.${b64('[1]')}.c2ln`,
    `${b64('null')}.${CLAIMS}.c2ln`,
    `${HEADER}.${b64('"text"')}.c2ln`,
    `${HEADER}.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}.c2ln`,
  ])('takes "%s" for opaque', (text) => {
    expect(parseJwt(text)).toBeUndefined();
  });
});
