import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { REGISTRY_CONFIG, type RegistryConfig } from '../config/config.js';
import { RegistriesModule } from '../registries/registries.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { ProvisioningService } from './provisioning.service.js';
import { RetiredSourcesRepository } from './retired-sources.repository.js';

/**
 * Applies the configuration file to the database while the application starts: before the catalogue is loaded, before any
 * synchronisation begins and before a port is open. The start fails when the file cannot be applied.
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
  ) {}

  async onModuleInit(): Promise<void> {
    await this.provisioning.apply(this.config);
  }
}
