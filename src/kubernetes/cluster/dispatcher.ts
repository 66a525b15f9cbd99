import type { ConnectionOptions } from 'node:tls';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';

/** Shorter than the time after which load balancers in front of API servers forget silent connections. */
const KEEP_ALIVE_MS = 30_000;

const TLS_MEMBERS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const;

/**
 * Makes what carries the requests to an API server. It speaks HTTP/1.1: every watch has a connection of its own, so one that
 * hangs is in no other's way, and closing it ends nothing else.
 * @param tls - whom to trust and who to be; other members are ignored
 * @param proxyUrl - an http, https or SOCKS 5 proxy
 */
export function createDispatcher(tls: ConnectionOptions, proxyUrl?: string): Dispatcher {
  const given = TLS_MEMBERS.filter((member) => tls[member] !== undefined);
  const options = Object.fromEntries(given.map((member) => [member, tls[member]]));
  const connect = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, allowH2: false };
  if (proxyUrl) return new ProxyAgent({ uri: proxyUrl, requestTls: { ...options, ...connect }, allowH2: false });
  return new Agent({ connect: { ...options, ...connect }, allowH2: false });
}
