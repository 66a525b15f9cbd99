import { InvalidInputError } from '../errors.js';
import { remember } from '../remember.js';

/** One route of the public API: a pattern and the methods it answers. */
export interface RouteDefinition {
  /** Path with parameters in braces, as the specification and OpenAPI write it. */
  readonly pattern: string;
  readonly methods: ReadonlySet<string>;
}

/** A request path that belongs to a route. */
export interface MatchedRoute extends RouteDefinition {
  /** Parameters in path order as they were sent, still percent-encoded; a segment between two slashes may be empty. */
  readonly rawParams: ReadonlyMap<string, string>;
}

interface CompiledRoute extends RouteDefinition {
  readonly segments: readonly { readonly literal?: string; readonly parameter?: string }[];
}

function compile(route: RouteDefinition): CompiledRoute {
  const segments = route.pattern.split('/').map((segment) => {
    const parameter = /^\{(\w+)\}$/.exec(segment)?.[1];
    return parameter === undefined ? { literal: segment } : { parameter };
  });
  return { ...route, segments };
}

function matchSegments(route: CompiledRoute, segments: readonly string[]): Map<string, string> | undefined {
  if (route.segments.length !== segments.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, expected] of route.segments.entries()) {
    const segment = segments[index] ?? '';
    if (expected.parameter === undefined) {
      if (segment !== expected.literal) return undefined;
      continue;
    }
    // An empty last segment is a trailing slash, which is another path; an empty one in between is an empty parameter.
    if (segment === '' && index === segments.length - 1) return undefined;
    params.set(expected.parameter, segment);
  }
  return params;
}

/**
 * Finds the route of a request path: exact, case-sensitive, without normalisation (admin-api spec 2.1). It knows the
 * route also of requests that are refused before a handler is reached, which logs, metrics and audit need.
 */
export class RouteTable {
  readonly #bySegmentCount = new Map<number, CompiledRoute[]>();

  /** @param routes - routes with the same pattern are merged */
  constructor(routes: Iterable<RouteDefinition>) {
    const merged = new Map<string, Set<string>>();
    for (const { pattern, methods } of routes) {
      const known = merged.get(pattern) ?? new Set<string>();
      for (const method of methods) known.add(method);
      merged.set(pattern, known);
    }
    for (const [pattern, methods] of merged) {
      const route = compile({ pattern, methods });
      const list = this.#bySegmentCount.get(route.segments.length) ?? [];
      list.push(route);
      this.#bySegmentCount.set(route.segments.length, list);
    }
  }

  /** The route of a path (without query) as it was sent, or undefined. Literal segments win over parameters. */
  readonly match = remember((rawPath) => this.#match(rawPath));

  #match(rawPath: string): MatchedRoute | undefined {
    const segments = rawPath.split('/');
    for (const route of this.#bySegmentCount.get(segments.length) ?? []) {
      const rawParams = matchSegments(route, segments);
      if (rawParams) return { pattern: route.pattern, methods: route.methods, rawParams };
    }
    return undefined;
  }
}

function isDecodable(raw: string): boolean {
  try {
    decodeURIComponent(raw);
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks what the router itself could not take apart: every parameter can be percent-decoded, and none in between two
 * slashes is empty.
 * @throws InvalidInputError naming the first such parameter
 */
export function assertDecodable(route: MatchedRoute): void {
  for (const [name, raw] of route.rawParams) {
    if (raw === '' || !isDecodable(raw)) decodePathParam(name, raw);
  }
}

/**
 * Decodes and checks one path parameter (admin-api spec 2.2, consumer spec 2): decoded exactly once.
 * @param name - the parameter's name, which the message carries
 * @throws InvalidInputError when it is undecodable, blank, or holds blanks or U+0000
 */
export function decodePathParam(name: string, raw: string): string {
  let value: string;
  try {
    value = decodeURIComponent(raw);
  } catch (error) {
    throw new InvalidInputError(`invalid URL encoding in ${name}`, { cause: error });
  }
  if (value.trim() === '') throw new InvalidInputError(`${name} cannot be empty`);
  if (/[ \t\r\n]/.test(value)) throw new InvalidInputError(`${name} cannot contain whitespace`);
  if (value.includes('\u0000')) throw new InvalidInputError(`${name} cannot contain U+0000`);
  return value;
}
