import { describe, expect, it } from 'vitest';
import { parseAddress } from './address.js';

describe('parseAddress', () => {
  it.each([
    [':8080', '', 8080],
    [':0', '', 0],
    ['localhost:1', 'localhost', 1],
    ['127.0.0.1:65535', '127.0.0.1', 65_535],
    ['[::1]:8080', '::1', 8080],
    ['[::]:8080', '::', 8080],
  ])('reads %s', (text, host, port) => {
    expect(parseAddress(text, '--address')).toEqual({ host, port });
  });

  it.each([
    '',
    ':',
    '8080',
    ':65536',
    ':-1',
    ':http',
    ':99999999',
    'example.com:80',
    '::1:80',
    '[127.0.0.1]:80',
    '[::1',
    '127.0.0.1',
    '256.0.0.1:1',
    ' :80',
    ':80 ',
  ])('refuses %j and names the flag', (text) => {
    expect(() => parseAddress(text, '--internal-address')).toThrow(
      `invalid --internal-address ${JSON.stringify(text)}`,
    );
  });
});
