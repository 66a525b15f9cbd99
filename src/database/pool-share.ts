import type { DatabaseConfig } from '../config/config.js';

/** What one process needs at least, so that no request has to wait for a synchronisation. */
const LEAST_CONNECTIONS = 4;

/** The configuration of one of several processes that share the configured connections; each gets at least four of them. */
export function shareConnections(config: DatabaseConfig, processes: number): DatabaseConfig {
  const { maxOpenConns, maxIdleConns } = config;
  const share = Math.max(LEAST_CONNECTIONS, Math.ceil(maxOpenConns / processes));
  return {
    ...config,
    maxOpenConns: Math.min(maxOpenConns, share),
    maxIdleConns: Math.ceil(maxIdleConns / processes),
  };
}
