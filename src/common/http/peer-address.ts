import type { Socket } from 'node:net';
import type { HttpRequest } from './request-context.js';

/** Where a connection carries what was made of its addresses: most bring many requests. */
const PEER = Symbol('peer');

type WithPeer = Socket & { [PEER]?: string };

function describePeer({ remoteAddress = '', remotePort = 0 }: Socket): string {
  const address = remoteAddress.replace(/^::ffff:/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${remotePort}`;
}

/** The TCP peer as `ip:port`, IPv6 in brackets; forwarding headers are not trusted. */
export function peerAddress(request: HttpRequest): string {
  const socket: WithPeer = request.socket;
  return (socket[PEER] ??= describePeer(socket));
}
