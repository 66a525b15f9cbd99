import { Module, type DynamicModule } from '@nestjs/common';
import type { AuditConfig } from '../config/config.js';
import type { ProcessRole } from '../common/process-role.js';
import { AuditLog } from './audit-log.js';

/** The audit log; its middleware is installed by the public listener. */
@Module({})
export class AuditModule {
  static register(config: AuditConfig, { workers }: ProcessRole): DynamicModule {
    return {
      module: AuditModule,
      providers: [{ provide: AuditLog, useFactory: () => new AuditLog(config, workers > 1) }],
      exports: [AuditLog],
    };
  }
}
