import type { RegistryConfig } from '../config/config.js';
import { createLogger } from '../telemetry/logging.js';
import type { ListenAddress } from './listen-address.js';

/** What the line `ready` names. */
export interface Announcement {
  readonly config: Pick<RegistryConfig, 'registries'>;
  readonly address: ListenAddress;
  readonly internalAddress: ListenAddress;
  /** The ports that were bound. */
  readonly port: number;
  readonly internalPort: number;
  /** Absent where one process serves. */
  readonly workers?: number;
}

function printableHost(host: string): string {
  if (host === '') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** Says that the server can be used, and where. */
export function announce({ config, address, internalAddress, port, internalPort, workers }: Announcement): void {
  const base = `http://${printableHost(address.host)}:${port}`;
  const registry = encodeURIComponent(config.registries[0]?.name ?? '');
  createLogger('serve').info(
    {
      catalogue: `${base}/registry/${registry}/v0.1/servers`,
      swagger_ui: `${base}/docs`,
      internal: `http://${printableHost(internalAddress.host)}:${internalPort}`,
      ...(workers === undefined ? {} : { workers }),
    },
    'ready',
  );
}
