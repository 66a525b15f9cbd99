import type { Request } from 'express';

/** The TCP peer as `ip:port`, IPv6 in brackets; forwarding headers are not trusted. */
export function peerAddress(request: Request): string {
  const { remoteAddress = '', remotePort = 0 } = request.socket;
  const address = remoteAddress.replace(/^::ffff:/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${remotePort}`;
}
