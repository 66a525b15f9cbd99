import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BUILD_INFO, type BuildInfo } from '../common/build-info.js';
import { HealthController } from './health.controller.js';
import { ReadinessService } from './readiness.service.js';

/** The internal listener's module: probes and version, behind nothing. */
@Module({})
export class InternalModule {
  static register(buildInfo: BuildInfo): DynamicModule {
    return {
      module: InternalModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [ReadinessService, { provide: BUILD_INFO, useValue: buildInfo }],
      exports: [ReadinessService],
    };
  }
}
