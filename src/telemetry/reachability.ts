import { connect } from 'node:net';

const LIMIT_MS = 1_000;

/**
 * Whether somebody accepts connections at the address of a URL, found out within a second. An exporter would try again and
 * again for seconds, which is right while the program runs, and wrong when it ends.
 */
export function isReachable(url: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const answer = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(LIMIT_MS, () => answer(false));
  });
}
