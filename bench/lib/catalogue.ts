import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const VERSIONS = ['1.0.0', '1.1.0'];

function server(index: number, version: string): object {
  const name = `io.example.bench/server-${String(index).padStart(6, '0')}`;
  const remote = `https://mcp-${index}.example.com/mcp`;
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name,
    title: `Server ${index}`,
    description: `Answers questions about subject ${index % 97} from the records of department ${index % 31}`,
    version,
    repository: { url: `https://github.com/example/server-${index}`, source: 'github' },
    packages: [
      {
        registryType: index % 3 === 0 ? 'npm' : 'oci',
        identifier: index % 3 === 0 ? `@example/server-${index}` : `ghcr.io/example/server-${index}:${version}`,
        version,
        transport: { type: 'stdio' },
        environmentVariables: [
          { name: 'API_KEY', description: 'Key of the service', isRequired: true, isSecret: true },
        ],
      },
    ],
    remotes: [{ type: 'streamable-http', url: remote }],
    _meta: {
      'io.modelcontextprotocol.registry/publisher-provided': {
        'io.github.stacklok': {
          [remote]: {
            status: 'active',
            tier: index % 2 === 0 ? 'Official' : 'Community',
            tags: [`tag-${index % 50}`, 'bench'],
            tools: ['search', 'fetch', 'list', 'create', 'update'],
            metadata: { stars: index % 5000, last_updated: '2026-01-01T00:00:00Z' },
          },
        },
      },
    },
  };
}

/**
 * Writes a registry document of `servers` x 2 versions with publisher metadata, about 1.5 KB a version.
 * @param changed - index of one server whose title differs, to measure a pass after one change
 */
export async function writeCatalogue(path: string, servers: number, changed?: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('{"version":"1.0.0","meta":{"last_updated":"2026-01-01T00:00:00Z"},"data":{"servers":[');
  for (let index = 0; index < servers; index++) {
    for (const [position, version] of VERSIONS.entries()) {
      const document = { ...server(index, version), ...(index === changed ? { title: 'Changed' } : {}) };
      const separator = index === 0 && position === 0 ? '' : ',';
      if (!file.write(separator + JSON.stringify(document))) await once(file, 'drain');
    }
  }
  file.end(']}}');
  await once(file, 'finish');
}

/** The name of the server in the middle of the catalogue. */
export function middleName(servers: number): string {
  return `io.example.bench/server-${String(Math.floor(servers / 2)).padStart(6, '0')}`;
}
