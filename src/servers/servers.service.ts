import { Injectable } from '@nestjs/common';
import type { CallerView } from '../catalog/caller-view.js';
import type { ListQuery } from '../catalog/list-query.js';
import type { CatalogAnswer } from '../catalog/page.js';

/** Reads the servers of a registry; every answer is bytes, ready to be sent. */
@Injectable()
export class ServersService {
  /** One page of server versions. */
  list(registry: CallerView, query: ListQuery): CatalogAnswer {
    return registry.of('server').list(query);
  }

  /**
   * All versions of a server, newest first.
   * @throws NotFoundError when there is no such server, or it is hidden from the caller
   */
  listVersions(registry: CallerView, name: string): CatalogAnswer {
    return registry.of('server').listVersions({ name, namespace: '' });
  }

  /**
   * One version of a server; `latest` is a keyword.
   * @throws NotFoundError when there is no such version, or it is hidden from the caller
   */
  getVersion(registry: CallerView, name: string, version: string): CatalogAnswer {
    return registry.of('server').getVersion({ name, namespace: '' }, version);
  }
}
