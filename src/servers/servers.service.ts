import { Injectable } from '@nestjs/common';
import type { CallerView } from '../catalog/caller-view.js';
import type { ListQuery } from '../catalog/list-query.js';
import type { CatalogAnswer } from '../catalog/page.js';
import { traceOperation } from '../telemetry/operation-span.js';

/** How many versions `versions` answers at most: all of them. */
const ALL_VERSIONS = 0;

/** Reads the servers of a registry; every answer is bytes, ready to be sent. */
@Injectable()
export class ServersService {
  /** One page of server versions. */
  list(registry: CallerView, query: ListQuery): CatalogAnswer {
    return traceOperation(
      'ListServers',
      {
        'registry.name': registry.registryName,
        'pagination.limit': query.limit,
        'pagination.has_cursor': query.position !== undefined,
      },
      () => registry.of('server').list(query),
      ({ count }) => ({ 'result.count': count }),
    );
  }

  /**
   * All versions of a server, newest first.
   * @throws NotFoundError when there is no such server, or it is hidden from the caller
   */
  listVersions(registry: CallerView, name: string): CatalogAnswer {
    return traceOperation(
      'ListServerVersions',
      { 'registry.name': registry.registryName, 'server.name': name, 'pagination.limit': ALL_VERSIONS },
      () => registry.of('server').listVersions({ name, namespace: '' }),
      ({ count }) => ({ 'result.count': count }),
    );
  }

  /**
   * One version of a server; `latest` is a keyword.
   * @throws NotFoundError when there is no such version, or it is hidden from the caller
   */
  getVersion(registry: CallerView, name: string, version: string): CatalogAnswer {
    return traceOperation(
      'GetServerVersion',
      { 'registry.name': registry.registryName, 'server.name': name, 'server.version': version },
      () => registry.of('server').getVersion({ name, namespace: '' }, version),
    );
  }
}
