import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isReachable } from './reachability.js';

describe('isReachable', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => void server.close());

  it.each(['http', 'https'])('holds while somebody listens (%s)', async (scheme) => {
    expect(await isReachable(`${scheme}://127.0.0.1:${port}/path`)).toBe(true);
  });

  it('does not hold where nobody listens, at once', async () => {
    await new Promise((resolve) => server.close(resolve));
    const started = performance.now();

    expect(await isReachable(`http://127.0.0.1:${port}`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each(['http://[::1]:1', 'http://no-such-host.invalid'])('does not hold for %s', async (url) => {
    expect(await isReachable(url)).toBe(false);
  });
});
