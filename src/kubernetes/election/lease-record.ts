import { isJsonObject, textOf, type JsonObject } from '../../common/json-object.js';

/** The `spec` of a `coordination.k8s.io/v1` Lease. */
export interface LeaseRecord {
  /** Empty when the lease was released. */
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  /** RFC 3339 with microseconds, by the clock of whoever wrote it: only whether it changes is looked at. */
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Reads the record of a Lease object; members that are missing are empty or 0. */
export function readLeaseRecord(lease: JsonObject): LeaseRecord {
  const spec = isJsonObject(lease.spec) ? lease.spec : {};
  return {
    holderIdentity: textOf(spec.holderIdentity),
    leaseDurationSeconds: numberOf(spec.leaseDurationSeconds),
    acquireTime: textOf(spec.acquireTime),
    renewTime: textOf(spec.renewTime),
    leaseTransitions: numberOf(spec.leaseTransitions),
  };
}

/** Now, as the API server writes times of leases. */
export function microTime(): string {
  return `${new Date().toISOString().slice(0, -1)}000Z`;
}
