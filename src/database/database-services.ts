import type { DataSource } from 'typeorm';
import { ChangeFeed } from './change-feed.js';
import { ConnectionPool } from './connection-pool.js';
import type { DatabaseConnection } from './database-connection.js';
import { DatabaseHealth } from './database-health.js';
import { CHANGE_CHANNEL, DedicatedConnection } from './dedicated-connection.js';
import { TransactionRunner } from './transaction-runner.js';

/** The services of this room, which know each other. */
export class DatabaseServices {
  constructor(
    readonly runner: TransactionRunner,
    readonly changeFeed: ChangeFeed,
    readonly health: DatabaseHealth,
    readonly pool: ConnectionPool,
  ) {}
}

/** Wires transactions, change feed and health to one data source and one dedicated connection, which is not yet open. */
export function createDatabaseServices(connection: DatabaseConnection, dataSource: DataSource): DatabaseServices {
  const dedicated = new DedicatedConnection(connection.application, {
    onListening: () => changeFeed.onListening(),
    onDeaf: () => changeFeed.onDeaf(),
    onNotification: (payload) => changeFeed.onNotification(payload),
    onUp: (isUp, askedAt) => {
      health.onUp(isUp, askedAt);
      if (!isUp) void pool.dropIdle();
    },
  });
  const pool = new ConnectionPool(dataSource);
  const health = new DatabaseHealth(dedicated);
  const changeFeed = new ChangeFeed({
    get isUp() {
      return dedicated.isUp;
    },
    start: () => dedicated.start(),
    stop: () => dedicated.stop(),
    notify: async (payload) => {
      await runner.query('SELECT pg_notify($1, $2)', [CHANGE_CHANNEL, payload]);
    },
  });
  const runner = new TransactionRunner(dataSource, health, changeFeed);
  return new DatabaseServices(runner, changeFeed, health, pool);
}
