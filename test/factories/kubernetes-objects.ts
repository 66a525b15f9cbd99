import type { JsonObject } from '../../src/common/json-object.js';

/** What a test says of a custom resource; everything else gets a plain value. */
export interface ResourceOverrides {
  readonly kind?: 'MCPServer' | 'VirtualMCPServer' | 'MCPRemoteProxy';
  readonly apiVersion?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Without their prefix; null leaves out one of the three that an exported object has. */
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly spec?: JsonObject;
}

const SPECS: Readonly<Record<NonNullable<ResourceOverrides['kind']>, JsonObject>> = {
  MCPServer: { image: 'ghcr.io/example/x:1.2.3' },
  VirtualMCPServer: { groupRef: { name: 'group' }, incomingAuth: { type: 'anonymous' } },
  MCPRemoteProxy: { remoteUrl: 'https://remote.example.com' },
};

/** A custom resource that is exported, as it is written for the API server. */
export function newResource(overrides: ResourceOverrides = {}): JsonObject & { metadata: JsonObject } {
  const { kind = 'MCPServer', namespace = 'team-a', name = 'plain', annotations = {}, spec = {} } = overrides;
  const all: Record<string, string | null> = {
    'registry-export': 'true',
    'registry-url': `https://mcp.example.com/${name}`,
    'registry-description': `The ${name} server`,
    ...annotations,
  };
  const given = Object.entries(all).filter(([, value]) => value !== null);
  return {
    apiVersion: overrides.apiVersion ?? 'toolhive.stacklok.dev/v1beta1',
    kind,
    metadata: {
      name,
      namespace,
      annotations: Object.fromEntries(given.map(([key, value]) => [`toolhive.stacklok.dev/${key}`, value])),
    },
    spec: { ...SPECS[kind], ...spec },
  };
}
