import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An OTLP collector on loopback that takes everything and keeps nothing. */
export interface BenchCollector {
  /** `host:port`, as `telemetry.endpoint` wants it. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts a collector. */
export async function startCollector(): Promise<BenchCollector> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('Content-Type', 'application/x-protobuf').end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
