/** API group and version of the custom resources. `v1alpha1` objects are served in this version too. */
export const TOOLHIVE_API = 'toolhive.stacklok.dev/v1beta1';

/** A kind of custom resource that can be exported. */
export interface ResourceKind {
  readonly kind: 'MCPServer' | 'VirtualMCPServer' | 'MCPRemoteProxy';
  /** The kind's name in paths of the API server. */
  readonly plural: string;
}

/** All kinds that are read, in the order in which their objects make up a source (kubernetes spec 7). */
export const RESOURCE_KINDS = [
  { kind: 'MCPServer', plural: 'mcpservers' },
  { kind: 'VirtualMCPServer', plural: 'virtualmcpservers' },
  { kind: 'MCPRemoteProxy', plural: 'mcpremoteproxies' },
] as const satisfies readonly ResourceKind[];
