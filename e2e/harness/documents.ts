/** A valid server.json with one npm package; `extra` overrides members. */
export function newServer(
  name: string,
  version = '1.0.0',
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    name,
    version,
    description: `The server ${name}`,
    packages: [{ registryType: 'npm', identifier: name, version: '1.0.0', transport: { type: 'stdio' } }],
    ...extra,
  };
}

/** A valid skill (or plugin). */
export function newSkill(
  name: string,
  version = '1.0.0',
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  return { namespace: 'io.example', name, version, description: `The skill ${name}`, ...extra };
}

/** A registry document in the upstream format. */
export function newDocument(
  servers: readonly unknown[],
  extra: { skills?: readonly unknown[]; plugins?: readonly unknown[] } = {},
): string {
  return JSON.stringify({
    version: '1.0.0',
    meta: { last_updated: '2026-01-01T00:00:00Z' },
    data: { servers, ...extra },
  });
}
