import { metrics } from '@opentelemetry/api';
import { SCOPES } from '../telemetry/scopes.js';
import type { ChangeFeed } from './change-feed.js';
import type { PoolUsage } from './connection-pool.js';

/** What the instruments show when they are read. */
export interface DatabaseObservations {
  readonly isUp: boolean;
  readonly usage: PoolUsage;
  readonly feed: Pick<ChangeFeed, 'isHearing' | 'heard'>;
}

/** Registers the instruments of database, pool and change feed (ahead.md P8, telemetry spec T-5); they read `observe` at collection time. */
export function registerDatabaseMetrics(observe: () => DatabaseObservations): void {
  const meter = metrics.getMeter(SCOPES.database);
  meter
    .createObservableGauge('stacklok.registry.database.up', {
      description: 'Whether the database answers: 1 or 0',
    })
    .addCallback((result) => result.observe(observe().isUp ? 1 : 0));
  meter
    .createObservableUpDownCounter('db.client.connection.count', {
      description: 'Connections of the pool by state',
      unit: '{connection}',
    })
    .addCallback((result) => {
      const { idle, used } = observe().usage;
      result.observe(idle, { state: 'idle' });
      result.observe(used, { state: 'used' });
    });
  meter
    .createObservableUpDownCounter('db.client.connection.max', {
      description: 'Connections that the pool may hold',
      unit: '{connection}',
    })
    .addCallback((result) => result.observe(observe().usage.max));
  meter
    .createObservableGauge('stacklok.registry.change_feed.hearing', {
      description: 'Whether notifications of changes arrive: 1, or 0 while the database is polled',
    })
    .addCallback((result) => result.observe(observe().feed.isHearing ? 1 : 0));
  meter
    .createObservableCounter('stacklok.registry.change_feed.notifications', {
      description: 'Notifications of changes that arrived',
      unit: '{notification}',
    })
    .addCallback((result) => result.observe(observe().feed.heard));
}
