import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';

/** Networks that are not the public Internet: private, loopback, link-local, shared, reserved and multicast. */
const PRIVATE_NETWORKS: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  // Unspecified, loopback, and the obsolete form that carries an IPv4 address.
  ['::', 96, 'ipv6'],
  // Addresses through which a translator reaches IPv4: NAT64 and 6to4.
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

function privateNetworks(): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of PRIVATE_NETWORKS) list.addSubnet(network, prefix, family);
  return list;
}

const BLOCKED = privateNetworks();

/**
 * Whether an IP address lies outside the public Internet. IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) count as
 * what they are.
 * @param address - an IPv4 or IPv6 address without brackets
 */
export function isPrivateAddress(address: string): boolean {
  return BLOCKED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** A provider's host has private addresses only, and the configuration does not allow those. */
export class PrivateAddressError extends Error {
  constructor(readonly host: string) {
    super(`${host} has a private address; set allowPrivateIP to connect to it`);
    this.name = 'PrivateAddressError';
  }
}

/** Resolves names as `dns.lookup` does, to public addresses only: what it gives is what is dialled. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) {
      callback(error, []);
      return;
    }
    const allowed = addresses.filter(({ address }) => !isPrivateAddress(address));
    const [first] = allowed;
    if (!first) callback(new PrivateAddressError(hostname), []);
    else if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

/**
 * A connector for undici that refuses private addresses before a connection is made, after DNS and on every hop of a
 * redirect (auth spec 2).
 */
export function publicConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: lookupPublic });
  return (target, callback) => {
    // Addresses are dialled without a look-up.
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && isPrivateAddress(host)) callback(new PrivateAddressError(host), null);
    else connect(target, callback);
  };
}
