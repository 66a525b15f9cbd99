import { networkInterfaces } from 'node:os';

/** An IPv4 address of this host that is neither loopback nor link-local; undefined on a host that has none. */
export function ownAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flat()
    .find((found) => found?.family === 'IPv4' && !found.internal && !found.address.startsWith('169.254.'))?.address;
}
