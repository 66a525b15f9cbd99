import { Module, type DynamicModule } from '@nestjs/common';
import type { AuditConfig } from '../config/config.js';
import { AuditLog } from './audit-log.js';

/** The audit log; its middleware is installed by the public listener. */
@Module({})
export class AuditModule {
  static register(config: AuditConfig): DynamicModule {
    return {
      module: AuditModule,
      providers: [{ provide: AuditLog, useFactory: () => new AuditLog(config) }],
      exports: [AuditLog],
    };
  }
}
