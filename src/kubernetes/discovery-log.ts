import { createLogger } from '../telemetry/logging.js';
import type { ExportedObject } from './convert/exported-object.js';
import type { Conversion } from './convert/to-entry.js';
import type { ResourceWatch } from './resource-watch.js';

/** Log lines of discovery that operators of the established server know (kubernetes spec 7). */
export class DiscoveryLog {
  readonly #log = createLogger('kubernetes');

  /** @param registry - the source's name, under the key that the lines have always had */
  constructor(private readonly registry: string) {}

  /** Says what is watched. @param namespaces - undefined stands for all */
  watching(namespaces: readonly (string | undefined)[]): void {
    for (const namespace of namespaces) {
      this.#log.info({ registry: this.registry, namespace: namespace ?? '' }, 'Watching namespace');
    }
  }

  /** Says why an object is not published, and what was odd about one that is. */
  converted({ kind, namespace, name }: ExportedObject, conversion: Conversion): void {
    if (conversion.kind === 'entry') {
      for (const { message, fields } of conversion.warnings) this.#log.warn(fields, message);
      return;
    }
    const { reason, isAboutClaims } = conversion.rejected;
    this.#log.warn(
      { type: kind, namespace, name, error: reason },
      isAboutClaims
        ? 'Invalid authz-claims annotation, skipping entry'
        : 'Failed to extract ServerJSON from K8s resource, skipping',
    );
  }

  /** Says that a watch began to fail, or works again. */
  health({ scope, problem }: ResourceWatch): void {
    const { resource, namespace = '' } = scope;
    const about = { registry: this.registry, type: resource.kind, namespace };
    if (problem) this.#log.error({ ...about, error: problem.reason }, `Failed to get ${resource.kind} list`);
    else this.#log.info(about, 'watching again');
  }

  /** Says how many entries were read and stored, how many objects were rejected, and how long storing took. */
  stored(count: number, rejected: number, milliseconds: number): void {
    const about = { registry: this.registry, count };
    this.#log.info({ ...about, rejected }, 'MCP servers list fetched successfully');
    this.#log.info({ ...about, ms: Math.round(milliseconds) }, 'MCP servers stored successfully');
  }

  /** Says why storing failed; it is tried again. */
  notStored(error: string): void {
    this.#log.error({ registry: this.registry, error }, 'Failed to store MCPServer list');
  }

  /** Says that another process or definition has taken the source over. */
  taken(): void {
    this.#log.info({ registry: this.registry }, 'the source was changed or taken over, beginning anew');
  }
}
