import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BUILD_INFO, type BuildInfo } from '../common/build-info.js';
import type { MetricsSource } from '../telemetry/telemetry-handle.js';
import { HealthController } from './health.controller.js';
import { METRICS_SOURCE, MetricsController } from './metrics.controller.js';
import { ReadinessService } from './readiness.service.js';

/** The internal listener's module: probes, version and metrics, behind nothing. */
@Module({})
export class InternalModule {
  /** @param prometheus - present when metrics are on */
  static register(buildInfo: BuildInfo, prometheus: MetricsSource | undefined): DynamicModule {
    return {
      module: InternalModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, ...(prometheus ? [MetricsController] : [])],
      providers: [
        ReadinessService,
        { provide: BUILD_INFO, useValue: buildInfo },
        ...(prometheus ? [{ provide: METRICS_SOURCE, useValue: prometheus }] : []),
      ],
      exports: [ReadinessService],
    };
  }
}
