/** The three kinds of catalogue entries, as they are named inside the program and in `/v1/entries/{type}` paths. */
export type EntryKind = 'server' | 'skill' | 'plugin';

/** All entry kinds in the order in which the product names them. */
export const ENTRY_KINDS = ['server', 'skill', 'plugin'] as const satisfies readonly EntryKind[];

/** The kind's name in administrative answers (`entryType`); servers are called `MCP` there (admin-api spec 4.2). */
export const ENTRY_TYPE_NAMES = { server: 'MCP', skill: 'SKILL', plugin: 'PLUGIN' } as const satisfies Record<
  EntryKind,
  string
>;

/** Tells whether a text is exactly one of the entry kinds (case-sensitive). */
export function isEntryKind(text: string): text is EntryKind {
  return (ENTRY_KINDS as readonly string[]).includes(text);
}
