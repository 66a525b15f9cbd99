import { Injectable } from '@nestjs/common';
import type { CallerView } from '../catalog/caller-view.js';
import type { EntryName } from '../catalog/catalog-entry.js';
import type { ListQuery } from '../catalog/list-query.js';
import type { CatalogAnswer } from '../catalog/page.js';
import { traceOperation } from '../telemetry/operation-span.js';

/** Reads the skills of a registry; every answer is bytes, ready to be sent. */
@Injectable()
export class SkillsService {
  /** One page of skill versions. */
  list(registry: CallerView, query: ListQuery): CatalogAnswer {
    return traceOperation('ListSkills', { 'registry.name': registry.registryName }, () =>
      registry.of('skill').list(query),
    );
  }

  /**
   * All versions of a skill.
   * @throws NotFoundError when there is no such skill, or it is hidden from the caller
   */
  listVersions(registry: CallerView, name: EntryName): CatalogAnswer {
    return traceOperation('ListSkillVersions', { 'registry.name': registry.registryName }, () =>
      registry.of('skill').listVersions(name),
    );
  }

  /**
   * One version of a skill; `latest` is a keyword.
   * @throws NotFoundError when there is no such version, or it is hidden from the caller
   */
  getVersion(registry: CallerView, name: EntryName, version: string): CatalogAnswer {
    return traceOperation('GetSkillVersion', { 'registry.name': registry.registryName }, () =>
      registry.of('skill').getVersion(name, version),
    );
  }
}
