import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { FetchError } from '../pass-errors.js';

/** Addresses of this host, of its link, and of the metadata services of clouds that lie outside of link-local ranges. */
const LOCAL = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
] as const) {
  LOCAL.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
] as const) {
  LOCAL.addSubnet(network, prefix, 'ipv6');
}

/** The IPv4 address that a translated (64:ff9b::/96) or IPv4-compatible (::/96) address reaches; mapped ones are known to BlockList. */
function embeddedIpv4(address: string): string | undefined {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const match = /^(?:64:ff9b)?::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!match) return undefined;
  const [high, low] = [Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Whether an address is loopback, link-local (where clouds serve their metadata) or unspecified. */
export function isLocalAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return LOCAL.check(address, 'ipv4');
  if (family !== 6) return true;
  const bare = address.replace(/%.*$/, '');
  const embedded = embeddedIpv4(bare);
  return LOCAL.check(bare, 'ipv6') || (embedded !== undefined && LOCAL.check(embedded, 'ipv4'));
}

function refused(host: string, address: string): FetchError {
  const where = host === address ? address : `${host} (${address})`;
  return new FetchError(
    `the address ${where} is refused: sources made over the API may not reach loopback, link-local or unspecified addresses`,
  );
}

/**
 * @param host - a host name, or an IP address with or without brackets
 * @throws FetchError when the host is written as a local address
 */
export function assertNotLocalLiteral(host: string): void {
  const address = withoutBrackets(host);
  if (isIP(address) !== 0 && isLocalAddress(address)) throw refused(address, address);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function assertPublic(host: string, addresses: readonly LookupAddress[]): void {
  const local = addresses.find(({ address }) => isLocalAddress(address));
  if (local) throw refused(host, local.address);
}

/**
 * Resolves a host name for a connection that another program will make to one of these addresses.
 * @throws FetchError when any of the host's addresses is a local one, or it has none
 */
export async function resolvePublicAddresses(host: string): Promise<readonly LookupAddress[]> {
  const name = withoutBrackets(host);
  const addresses = await lookup(name, { all: true }).catch((error: NodeJS.ErrnoException) => {
    throw new FetchError(`cannot resolve the host ${name}: ${error.code}`, { cause: error });
  });
  assertPublic(name, addresses);
  return addresses;
}

/** A lookup for `net.connect` that refuses hosts with local addresses, so that what was checked is what is dialled. */
export const guardedLookup: LookupFunction = (host, options, callback) => {
  systemLookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    try {
      assertPublic(host, addresses);
    } catch (refusal) {
      return callback(refusal as Error, []);
    }
    const [first] = addresses;
    if (options.all || !first) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};
