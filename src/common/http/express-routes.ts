import { METHODS } from 'node:http';
import type { Express } from 'express';
import { RouteTable, type RouteDefinition } from './route-table.js';

interface RouterLayer {
  readonly route?: { readonly path: string | readonly string[]; readonly methods: Readonly<Record<string, boolean>> };
}

/** `/v1/sources/:name` as the specification writes it: `/v1/sources/{name}`. */
function toPattern(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function upperCase(methods: readonly string[]): Set<string> {
  return new Set(methods.map((method) => method.toUpperCase()));
}

/**
 * Builds the route table from the routes that Express really has, so the two cannot differ.
 * @param express - an initialised application; called again, it gives the table of the routes as they are then
 */
export function routeTableOf(express: Express): RouteTable {
  const definitions: RouteDefinition[] = [];
  for (const layer of express.router.stack as unknown as readonly RouterLayer[]) {
    if (!layer.route) continue;
    const methods = layer.route.methods['_all'] ? new Set(METHODS) : upperCase(Object.keys(layer.route.methods));
    for (const path of [layer.route.path].flat()) definitions.push({ pattern: toPattern(path), methods });
  }
  return new RouteTable(definitions);
}
