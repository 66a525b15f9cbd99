import { Injectable } from '@nestjs/common';
import type { CallerView } from '../catalog/caller-view.js';
import type { EntryName } from '../catalog/catalog-entry.js';
import type { ListQuery } from '../catalog/list-query.js';
import type { CatalogAnswer } from '../catalog/page.js';
import { traceOperation } from '../telemetry/operation-span.js';

/** Reads the plugins of a registry; every answer is bytes, ready to be sent. */
@Injectable()
export class PluginsService {
  /** One page of plugin versions. */
  list(registry: CallerView, query: ListQuery): CatalogAnswer {
    return traceOperation('ListPlugins', { 'registry.name': registry.registryName }, () =>
      registry.of('plugin').list(query),
    );
  }

  /**
   * All versions of a plugin.
   * @throws NotFoundError when there is no such plugin, or it is hidden from the caller
   */
  listVersions(registry: CallerView, name: EntryName): CatalogAnswer {
    return traceOperation('ListPluginVersions', { 'registry.name': registry.registryName }, () =>
      registry.of('plugin').listVersions(name),
    );
  }

  /**
   * One version of a plugin; `latest` is a keyword.
   * @throws NotFoundError when there is no such version, or it is hidden from the caller
   */
  getVersion(registry: CallerView, name: EntryName, version: string): CatalogAnswer {
    return traceOperation('GetPluginVersion', { 'registry.name': registry.registryName }, () =>
      registry.of('plugin').getVersion(name, version),
    );
  }
}
