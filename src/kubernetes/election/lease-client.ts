import { randomUUID } from 'node:crypto';
import { isJsonObject, textOf, type JsonObject } from '../../common/json-object.js';
import type { KubeClient } from '../cluster/kube-client.js';
import { KubeApiError } from '../cluster/kube-error.js';
import { microTime, readLeaseRecord, type LeaseRecord } from './lease-record.js';

const DEADLINE_MS = 5_000;
const EVENT_DEADLINE_MS = 2_000;

/** A lease as the API server has it. */
export interface StoredLease {
  readonly record: LeaseRecord;
  /** The whole object; writing it back fails when somebody else wrote meanwhile. */
  readonly object: JsonObject;
}

/** Reads and writes one Lease object. */
export class LeaseClient {
  readonly #path: string;

  constructor(
    private readonly client: KubeClient,
    readonly namespace: string,
    readonly name: string,
  ) {
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  }

  /** The lease as it is; undefined when there is none yet. */
  async find(signal: AbortSignal): Promise<StoredLease | undefined> {
    try {
      const object = await this.client.request(`${this.#path}/${this.name}`, { deadlineMs: DEADLINE_MS, signal });
      return { object, record: readLeaseRecord(object) };
    } catch (error) {
      if (error instanceof KubeApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Writes the lease.
   * @param current - what it replaces; undefined creates it
   * @throws KubeApiError with status 409 when somebody else was faster
   */
  async write(record: LeaseRecord, current: StoredLease | undefined, signal: AbortSignal): Promise<StoredLease> {
    const body = current
      ? { ...current.object, spec: { ...record } }
      : {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: this.name, namespace: this.namespace },
          spec: { ...record },
        };
    const path = current ? `${this.#path}/${this.name}` : this.#path;
    const method = current ? 'PUT' : 'POST';
    const object = await this.client.request(path, { method, body, deadlineMs: DEADLINE_MS, signal });
    return { object, record: readLeaseRecord(object) };
  }

  /** Writes the Event that tells operators who leads. @throws KubeApiError when that is not allowed */
  async announce(identity: string, lease: StoredLease, signal: AbortSignal): Promise<void> {
    const metadata = isJsonObject(lease.object.metadata) ? lease.object.metadata : {};
    const time = `${microTime().slice(0, 19)}Z`;
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${this.name}.${randomUUID()}`, namespace: this.namespace },
      involvedObject: {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        name: this.name,
        namespace: this.namespace,
        uid: textOf(metadata.uid),
        resourceVersion: textOf(metadata.resourceVersion),
      },
      type: 'Normal',
      reason: 'LeaderElection',
      message: `${identity} became leader`,
      source: { component: identity },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    };
    const path = `/api/v1/namespaces/${this.namespace}/events`;
    await this.client.request(path, { method: 'POST', body, deadlineMs: EVENT_DEADLINE_MS, signal });
  }
}
