import { randomUUID } from 'node:crypto';

/** What an audit record says about a request; the wire form adds the constants and times (audit spec 3). */
export interface AuditEvent {
  readonly type: string;
  readonly outcome: AuditOutcome;
  readonly source: { readonly value: string; readonly extra: Readonly<Record<string, string>> | null };
  readonly subjects: Readonly<Record<string, string>>;
  readonly target: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, string | number>>;
  /** The request data as JSON text without line breaks, taken over as it is; undefined leaves the member out. */
  readonly data?: string | undefined;
}

export type AuditOutcome = 'success' | 'denied' | 'failure' | 'error';

/** The outcome of an answer by its status (audit spec 5). */
export function outcomeOf(status: number): AuditOutcome {
  if (status >= 200 && status < 400) return 'success';
  if (status === 403) return 'denied';
  return status >= 400 && status < 500 ? 'failure' : 'error';
}

/**
 * Writes a record as one line of JSON with its members in the documented order and a newline at the end.
 * @param now - the time of recording and of writing
 */
export function toRecordLine(event: AuditEvent, now: Date): string {
  const time = now.toISOString();
  const record = {
    time,
    level: 'AUDIT',
    msg: 'audit_event',
    audit_id: randomUUID(),
    type: event.type,
    logged_at: time,
    outcome: event.outcome,
    component: 'toolhive-registry-api',
    source: { type: 'network', ...event.source },
    subjects: event.subjects,
    target: event.target,
    metadata: { extra: event.extra },
  };
  const text = JSON.stringify(record);
  return event.data === undefined ? `${text}\n` : `${text.slice(0, -1)},"data":${event.data}}\n`;
}
