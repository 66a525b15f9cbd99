/**
 * The short description by which an upstream MCP registry is recognised: `info.version` is `1.0.0` and the description
 * names the official registry's repository (sync spec 2.3). JSON, which is YAML.
 */
export function describeUpstreamFormat(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'MCP Registry API',
      version: '1.0.0',
      description:
        'A registry that serves the MCP Registry API v0.1 of https://github.com/modelcontextprotocol/registry; the full description is at /openapi.json.',
    },
    paths: {
      '/v0.1/servers': { get: { summary: 'Lists the servers of this registry' } },
      '/v0.1/servers/{serverName}/versions': { get: { summary: 'Lists the versions of a server' } },
      '/v0.1/servers/{serverName}/versions/{version}': { get: { summary: 'Gets one version of a server' } },
      // By these another server of this kind knows that it may ask for skills and plugins as well (ahead.md P4).
      '/v0.1/x/dev.toolhive/skills': { get: { summary: 'Lists the skills of this registry' } },
      '/v0.1/x/dev.toolhive/plugins': { get: { summary: 'Lists the plugins of this registry' } },
    },
  };
}
