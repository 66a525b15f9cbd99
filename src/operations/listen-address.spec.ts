import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { assertCanListen, listenError } from './listen-address.js';

const ANY = { host: '127.0.0.1', port: 0 };

/** A port that is taken while the work runs. */
async function withTakenPort(work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, ANY.host, resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('assertCanListen', () => {
  it.each([
    ['--address', (taken: typeof ANY) => ({ address: taken, internalAddress: ANY })],
    ['--internal-address', (taken: typeof ANY) => ({ address: ANY, internalAddress: taken })],
  ])('names %s when its port is taken', async (flag, addresses) => {
    await withTakenPort(async (port) => {
      await expect(assertCanListen(addresses({ host: ANY.host, port }))).rejects.toThrow(
        `cannot listen on ${flag} 127.0.0.1:${port}: the address is already in use (EADDRINUSE)`,
      );
    });
  });

  it('refuses one address for both listeners', async () => {
    let free = 0;
    await withTakenPort(async (port) => void (free = port));
    const same = { host: ANY.host, port: free };

    await expect(assertCanListen({ address: same, internalAddress: same })).rejects.toThrow(
      `cannot listen on --internal-address 127.0.0.1:${free}: the address is already in use`,
    );
  });

  it('leaves the ports free', async () => {
    let free = 0;
    await withTakenPort(async (port) => void (free = port));
    const addresses = { address: { host: ANY.host, port: free }, internalAddress: ANY };

    await assertCanListen(addresses);

    await expect(assertCanListen(addresses)).resolves.toBeUndefined();
  });
});

describe('listenError', () => {
  it.each([
    ['', 80, 'EACCES', 'cannot listen on --address :80: permission denied (EACCES)'],
    ['::1', 1, 'EADDRNOTAVAIL', 'cannot listen on --address [::1]:1: this machine has no such address (EADDRNOTAVAIL)'],
    ['', 1, 'ENOBUFS', 'cannot listen on --address :1: no room'],
  ])('says what is the matter with "%s":%i on %s', (host, port, code, message) => {
    const error = Object.assign(new Error('no room'), { code });

    expect(listenError('--address', { host, port }, error).message).toBe(message);
  });
});
