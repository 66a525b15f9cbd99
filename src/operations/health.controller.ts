import { Controller, Get, Inject } from '@nestjs/common';
import { BUILD_INFO, type BuildInfo } from '../common/build-info.js';
import { ReadinessService } from './readiness.service.js';

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
  async getReadiness(): Promise<{ status: string }> {
    await this.readiness.assertReady();
    return { status: 'ready' };
  }

  @Get('version')
  getVersion(): BuildInfo {
    return this.buildInfo;
  }
}
