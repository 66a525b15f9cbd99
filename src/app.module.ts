import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { PROCESS_ROLE, type ProcessRole } from './common/process-role.js';
import { REGISTRY_CONFIG, type RegistryConfig } from './config/config.js';
import type { DatabaseConnection } from './database/database-connection.js';
import { DatabaseModule } from './database/database.module.js';
import { EntriesModule } from './entries/entries.module.js';
import { KubernetesModule } from './kubernetes/kubernetes.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { ProvisioningModule } from './provisioning/provisioning.module.js';
import { RegistriesModule } from './registries/registries.module.js';
import { SourcesModule } from './sources/sources.module.js';
import { SyncModule } from './sync/sync.module.js';
import { PluginsModule } from './plugins/plugins.module.js';
import { ServersModule } from './servers/servers.module.js';
import { SkillsModule } from './skills/skills.module.js';

/** The frozen configuration, for whoever needs a slice of it, and the role of this process. */
@Module({})
class ConfigurationModule {
  static register(config: RegistryConfig, role: ProcessRole): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      providers: [
        { provide: REGISTRY_CONFIG, useValue: config },
        { provide: PROCESS_ROLE, useValue: role },
      ],
      exports: [REGISTRY_CONFIG, PROCESS_ROLE],
    };
  }
}

/** Everything behind the public listener. */
@Module({})
export class AppModule {
  /** @param connection - a database that answers and whose schema is current */
  static register(config: RegistryConfig, connection: DatabaseConnection, role: ProcessRole): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigurationModule.register(config, role),
        DatabaseModule.register(connection),
        AuthModule.register(config.auth, config.environment),
        AuditModule.register(config.audit, role),
        CatalogModule,
        EntriesModule,
        SyncModule,
        KubernetesModule,
        SourcesModule,
        RegistriesModule,
        ProvisioningModule,
        ServersModule,
        SkillsModule,
        PluginsModule,
        OpenApiModule,
      ],
    };
  }
}
