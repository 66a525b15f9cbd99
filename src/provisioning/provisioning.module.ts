import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { PROCESS_ROLE, type ProcessRole } from '../common/process-role.js';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config/config.js';
import { RegistriesModule } from '../registries/registries.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { ProvisioningService } from './provisioning.service.js';
import { RetiredSourcesRepository } from './retired-sources.repository.js';

/**
 * Applies the configuration file to the database while the application starts: before the catalogue is loaded, before any
 * synchronisation begins and before a port is open. The start fails when the file cannot be applied. Of several workers
 * the one with the background work does it.
 */
@Module({
  imports: [SourcesModule, RegistriesModule],
  providers: [RetiredSourcesRepository, ProvisioningService],
  exports: [ProvisioningService],
})
export class ProvisioningModule implements OnModuleInit {
  constructor(
    private readonly provisioning: ProvisioningService,
    @Inject(REGISTRY_CONFIG) private readonly config: RegistryConfig,
    @Inject(PROCESS_ROLE) private readonly role: ProcessRole,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.role.runsBackground) await this.provisioning.apply(this.config);
  }
}
