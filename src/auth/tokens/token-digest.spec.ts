import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenDigest } from './token-digest.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

describe('tokenDigest', () => {
  it('is the SHA-256 of the token, whatever the connection brought before', () => {
    const connection = {};

    for (const token of ['one', 'one', 'two', 'one', '']) {
      expect(tokenDigest(token, connection)).toBe(sha256(token));
      expect(tokenDigest(token)).toBe(sha256(token));
    }
  });
});
