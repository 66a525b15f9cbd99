import { hash } from 'node:crypto';
import { errorText } from '../common/error-text.js';
import { createLogger } from '../telemetry/logging.js';
import { toEntry, type Conversion } from './convert/to-entry.js';
import type { ExportedObject } from './convert/exported-object.js';

const log = createLogger('kubernetes');

interface CachedObject {
  readonly fingerprint: string;
  readonly conversion: Conversion;
}

/** Takes note of how an object was converted, the first time it is and whenever that changes. */
export type ConversionListener = (object: ExportedObject, conversion: Conversion) => void;

/** The exported objects of one kind and scope, as they were last seen, converted once for every change that matters. */
export class ObjectCache {
  #objects = new Map<string, CachedObject>();

  constructor(
    private readonly maxMetaSize: number,
    private readonly onConverted: ConversionListener,
  ) {}

  /** What became of the objects, in the order of namespace and name. */
  get conversions(): Conversion[] {
    return [...this.#objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { conversion }]) => conversion);
  }

  /** Makes these all objects that there are. @returns whether anything changed that an entry is made of */
  replace(objects: readonly ExportedObject[]): boolean {
    const before = this.#objects;
    this.#objects = new Map();
    let isChanged = objects.length !== before.size;
    for (const object of objects) {
      const key = keyOf(object.namespace, object.name);
      const fingerprint = fingerprintOf(object);
      const known = before.get(key);
      const isKnown = known?.fingerprint === fingerprint;
      isChanged ||= !isKnown;
      this.#objects.set(key, isKnown ? known : this.#convert(object, fingerprint));
    }
    return isChanged;
  }

  /** Adds or changes an object. @returns whether anything changed that an entry is made of: a new status does not count */
  set(object: ExportedObject): boolean {
    const key = keyOf(object.namespace, object.name);
    const fingerprint = fingerprintOf(object);
    if (this.#objects.get(key)?.fingerprint === fingerprint) return false;
    this.#objects.set(key, this.#convert(object, fingerprint));
    return true;
  }

  /** Forgets an object that is gone, or not exported any more. @returns whether it was there */
  delete(namespace: string, name: string): boolean {
    return this.#objects.delete(keyOf(namespace, name));
  }

  #convert(object: ExportedObject, fingerprint: string): CachedObject {
    const conversion = this.#toEntry(object);
    this.onConverted(object, conversion);
    return { fingerprint, conversion };
  }

  /** One object that nobody foresaw must not keep the others from being seen. */
  #toEntry(object: ExportedObject): Conversion {
    try {
      return toEntry(object, this.maxMetaSize);
    } catch (error) {
      log.error({ err: error, namespace: object.namespace, name: object.name }, 'converting an object failed');
      const name = `${object.namespace}/${object.name}`;
      return { kind: 'rejected', rejected: { name, version: '', path: '', reason: errorText(error) } };
    }
  }
}

/** Annotations are large, so that only a digest is kept of what an object looked like. */
function fingerprintOf(object: ExportedObject): string {
  return hash('sha256', JSON.stringify(object), 'base64');
}

/** No namespace or name holds a slash, and it sorts before all that they hold but `-` and `.`. */
function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
