import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ChangeFeed } from './change-feed.js';
import { ConnectionPool } from './connection-pool.js';
import { createDataSourceOptions } from './data-source-options.js';
import type { DatabaseConnection } from './database-connection.js';
import { DatabaseHealth } from './database-health.js';
import { registerDatabaseMetrics } from './database-metrics.js';
import { createDatabaseServices, DatabaseServices } from './database-services.js';
import { TransactionRunner } from './transaction-runner.js';

/** Gives all rooms the data source (with the entities that modules name by `TypeOrmModule.forFeature`), transactions, the change feed and health. */
@Global()
@Module({})
export class DatabaseModule {
  /** @param connection - a database that answers and whose schema is current */
  static register(connection: DatabaseConnection): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...createDataSourceOptions(connection),
            autoLoadEntities: true,
            // Whoever starts the application has waited for the database already.
            toRetry: () => false,
          }),
        }),
      ],
      providers: [
        {
          provide: DatabaseServices,
          useFactory: (dataSource: DataSource) => {
            const services = createDatabaseServices(connection, dataSource);
            registerDatabaseMetrics(() => ({
              isUp: services.health.isUp,
              usage: services.pool.usage,
              feed: services.changeFeed,
            }));
            return services;
          },
          inject: [DataSource],
        },
        { provide: TransactionRunner, useFactory: (s: DatabaseServices) => s.runner, inject: [DatabaseServices] },
        { provide: ChangeFeed, useFactory: (s: DatabaseServices) => s.changeFeed, inject: [DatabaseServices] },
        { provide: DatabaseHealth, useFactory: (s: DatabaseServices) => s.health, inject: [DatabaseServices] },
        { provide: ConnectionPool, useFactory: (s: DatabaseServices) => s.pool, inject: [DatabaseServices] },
      ],
      exports: [TransactionRunner, ChangeFeed, DatabaseHealth],
    };
  }
}
