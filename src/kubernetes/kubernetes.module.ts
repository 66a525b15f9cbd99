import { Module } from '@nestjs/common';
import { PROCESS_ROLE } from '../common/process-role.js';
import { REGISTRY_CONFIG } from '../config/config.js';
import { EntryWriterModule } from '../entries/entry-writer.module.js';
import { DiscoveryStatusRepository } from './discovery-status.repository.js';
import { KeptEntriesRepository } from './kept-entries.repository.js';
import { KUBERNETES_OPTIONS, toKubernetesOptions } from './kubernetes-options.js';
import { KubernetesSourceRepository } from './kubernetes-source.repository.js';
import { SourceStore } from './source-store.js';
import { SourceSupervisor } from './source-supervisor.js';

/** Discovery of servers that run in a Kubernetes cluster; needs the global database module and configuration. */
@Module({
  imports: [EntryWriterModule],
  providers: [
    { provide: KUBERNETES_OPTIONS, inject: [REGISTRY_CONFIG, PROCESS_ROLE], useFactory: toKubernetesOptions },
    KubernetesSourceRepository,
    DiscoveryStatusRepository,
    KeptEntriesRepository,
    SourceStore,
    SourceSupervisor,
  ],
  exports: [SourceSupervisor],
})
export class KubernetesModule {}
