import { Controller, Get, Inject } from '@nestjs/common';
import { BUILD_INFO, type BuildInfo } from '../common/build-info.js';
import { ReadinessService } from './readiness.service.js';

/** The answer of the readiness probe; `degraded` names what is down although requests are served. */
interface Readiness {
  readonly status: 'ready';
  readonly degraded?: readonly string[];
}

/** The probes and the version, on the internal listener only (admin-api spec 1.1). */
@Controller()
export class HealthController {
  constructor(
    @Inject(ReadinessService) private readonly readiness: ReadinessService,
    @Inject(BUILD_INFO) private readonly buildInfo: BuildInfo,
  ) {}

  @Get('health')
  getHealth(): { status: string } {
    return { status: 'healthy' };
  }

  @Get('readiness')
  async getReadiness(): Promise<Readiness> {
    await this.readiness.assertReady();
    const { degraded } = this.readiness;
    return { status: 'ready', ...(degraded.length > 0 ? { degraded } : {}) };
  }

  @Get('version')
  getVersion(): BuildInfo {
    return this.buildInfo;
  }
}
