import type { HttpRequest } from './request-context.js';

/** The TCP peer as `ip:port`, IPv6 in brackets; forwarding headers are not trusted. */
export function peerAddress(request: HttpRequest): string {
  const { remoteAddress = '', remotePort = 0 } = request.socket;
  const address = remoteAddress.replace(/^::ffff:/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${remotePort}`;
}
