import { isJsonObject, textOf, type JsonObject } from '../../common/json-object.js';
import { readAnnotations, type AnnotationValues } from './annotations.js';
import type { ResourceKind } from './resource-kind.js';

/** Everything of a custom resource that its entry is made of; two that are equal make the same entry. */
export interface ExportedObject {
  readonly kind: ResourceKind['kind'];
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: AnnotationValues;
  /** Of MCPServer objects only. */
  readonly workload?: {
    readonly image: string;
    readonly transport: string;
    readonly proxyMode: string;
  };
}

function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/**
 * Takes what the registry reads out of an object of the API server.
 * @returns undefined unless the object is exported: `registry-export` must be exactly `true` (kubernetes spec 2)
 */
export function readExportedObject(kind: ResourceKind['kind'], object: JsonObject): ExportedObject | undefined {
  const metadata = objectIn(object.metadata);
  const annotations = readAnnotations(objectIn(metadata.annotations));
  if (annotations.export !== 'true') return undefined;
  const identity = {
    kind,
    namespace: textOf(metadata.namespace),
    name: textOf(metadata.name),
    uid: textOf(metadata.uid),
    annotations,
  };
  if (kind !== 'MCPServer') return identity;
  const spec = objectIn(object.spec);
  const { image, transport, proxyMode } = spec;
  return {
    ...identity,
    workload: { image: textOf(image), transport: textOf(transport), proxyMode: textOf(proxyMode) },
  };
}
