import { isIP, isIPv6 } from 'node:net';

/** Where a listener listens; an empty host means all interfaces, port 0 any free port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const MAX_PORT = 65_535;

function hostOf(text: string): string | undefined {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed : undefined;
  return text === '' || text === 'localhost' || isIP(text) === 4 ? text : undefined;
}

/**
 * Reads `HOST:PORT`: the host empty, `localhost`, an IPv4 or a bracketed IPv6 address; the port from 0 to 65535.
 * @param origin - the flag or variable that the text comes from, named in the error
 * @throws Error naming the origin and what was expected (operations spec R-11)
 */
export function parseAddress(text: string, origin: string): Address {
  const match = /^(.*):(\d{1,5})$/.exec(text);
  const host = match ? hostOf(match[1] ?? '') : undefined;
  const port = Number(match?.[2]);
  if (host === undefined || port > MAX_PORT) {
    const expected = 'HOST:PORT with an empty host, localhost, an IPv4 or a [IPv6] address, and a port from 0 to 65535';
    throw new Error(`invalid ${origin} ${JSON.stringify(text)}: expected ${expected}`);
  }
  return { host, port };
}
