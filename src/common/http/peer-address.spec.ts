import { describe, expect, it } from 'vitest';
import { newExchange } from '../../../test/harness/exchange.js';
import { peerAddress } from './peer-address.js';

describe('peerAddress', () => {
  it.each([
    ['127.0.0.1', 40_000, '127.0.0.1:40000'],
    ['::ffff:10.0.0.1', 5, '10.0.0.1:5'],
    ['::1', 5, '[::1]:5'],
    ['fe80::1%eth0', 5, '[fe80::1%eth0]:5'],
  ])('of %s and %i is %s', (remoteAddress, remotePort, address) => {
    const headers = { 'x-forwarded-for': '9.9.9.9', 'x-real-ip': '9.9.9.9', forwarded: 'for=9.9.9.9' };

    expect(peerAddress(newExchange({ headers, peer: { remoteAddress, remotePort } }).request)).toBe(address);
  });
});
