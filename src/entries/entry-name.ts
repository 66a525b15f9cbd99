import type { EntryKind } from '../model/entry-kind.js';

/** How an entry is looked up: without a namespace, in all of them. */
export interface EntryName {
  readonly name: string;
  readonly namespace?: string;
}

/**
 * Reads the `{name}` of an administrative path (admin-api spec B14). The namespace of a server is a part of its name; a
 * skill or plugin is named by its bare name or by `namespace/name`.
 */
export function parseEntryName(kind: EntryKind, name: string): EntryName {
  if (kind === 'server') return { name, namespace: '' };
  const slash = name.indexOf('/');
  return slash < 0 ? { name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}
