import { describe, expect, it } from 'vitest';
import { assertNotLocalLiteral, isLocalAddress, resolvePublicAddresses } from './address-guard.js';

describe('isLocalAddress', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::ffff:0:0',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    'no address',
  ])('refuses %s', (address) => {
    expect(isLocalAddress(address)).toBe(true);
  });

  it.each(['10.0.0.1', '192.168.1.1', '172.16.0.1', '100.64.0.1', '8.8.8.8', '1.0.0.127', '169.253.1.1'])(
    'allows %s',
    (address) => {
      expect(isLocalAddress(address)).toBe(false);
    },
  );

  it.each(['fd00::1', 'fc00::1', '2001:db8::1', '64:ff9b::808:808', '::ffff:10.0.0.1', 'fec0::1'])(
    'allows %s',
    (address) => {
      expect(isLocalAddress(address)).toBe(false);
    },
  );
});

describe('assertNotLocalLiteral', () => {
  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'])('refuses %s', (host) => {
    expect(() => assertNotLocalLiteral(host)).toThrow('is refused');
  });

  it.each(['example.com', 'localhost', '10.0.0.1', '[2001:db8::1]'])('leaves %s to the lookup', (host) => {
    expect(() => assertNotLocalLiteral(host)).not.toThrow();
  });
});

describe('resolvePublicAddresses', () => {
  it.each(['localhost', '127.0.0.1', '[::1]', '127.1', '2130706433', '0x7f.1'])('refuses %s', async (host) => {
    await expect(resolvePublicAddresses(host)).rejects.toThrow('is refused');
  });

  it('gives the addresses to dial', async () => {
    await expect(resolvePublicAddresses('10.1.2.3')).resolves.toEqual([{ address: '10.1.2.3', family: 4 }]);
  });
});
