import { isJsonObject } from '../../../common/json-object.js';
import type { JsonValue } from '../../../common/exact-json.js';

/** What is remembered of an upstream from pass to pass. Times are milliseconds since the epoch. */
export interface ApiState {
  /** When everything was read last, by this host's clock. */
  readonly fullAt: number;
  /** From where changes are to be asked for; absent when the items carry no stamps. */
  readonly since?: number;
  /** Newest official stamp that was seen. */
  readonly newest?: number;
  /** No changes are asked for until then, because the upstream has ignored the question. */
  readonly ignoredUntil?: number;
  /** Number of servers that the upstream counted; absent when it does not say. */
  readonly total?: number;
  /** Digest of the lists of skills and plugins; absent when it has none. */
  readonly extensions?: string;
  /** Digest of the last answer about changes. */
  readonly changes?: string;
}

const NUMBERS = ['since', 'newest', 'ignoredUntil', 'total'] as const;
const TEXTS = ['extensions', 'changes'] as const;

/** Reads a state that was stored; undefined when there is none, or it is of another kind of source. */
export function parseApiState(value: JsonValue): ApiState | undefined {
  if (!isJsonObject(value) || typeof value.fullAt !== 'number') return undefined;
  const members = [
    ...NUMBERS.filter((name) => typeof value[name] === 'number'),
    ...TEXTS.filter((name) => typeof value[name] === 'string'),
  ];
  return { fullAt: value.fullAt, ...Object.fromEntries(members.map((name) => [name, value[name]])) };
}

/** The state as JSON, for the status row. */
export function toJson(state: ApiState): JsonValue {
  return JSON.parse(JSON.stringify(state)) as JsonValue;
}
