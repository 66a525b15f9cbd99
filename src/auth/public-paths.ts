import { remember } from '../common/remember.js';

/** Tells whether a request path, as sent and without the query, needs no token. */
export type PublicPaths = (rawPath: string) => boolean;

/** Public whatever the configuration says (auth spec 4). */
const BUILT_IN = ['/openapi.json', '/.well-known', '/docs'];

/** Resolves empty, `.` and `..` segments. */
function resolveSegments(segments: readonly string[]): string[] {
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === '..') resolved.pop();
    else if (segment !== '' && segment !== '.') resolved.push(segment);
  }
  return resolved;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * The segments as routing takes them: an encoded slash is a character of a name, which cannot lead out of it again by dots.
 * For the comparison it separates, as in the configured path, so that `/servers/io.x%2Fy` may be public.
 */
function routedSegments(rawPath: string): string[] {
  const segments = rawPath.split('/').map((segment) => decode(segment) ?? '');
  return resolveSegments(segments).flatMap((segment) => segment.split('/'));
}

function startsWith(segments: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((segment, index) => segments[index] === segment);
}

/** `/registry/{name}/openapi.yaml`: what a server of this kind reads first when it synchronises from another one. */
function isRegistryDescription(segments: readonly string[]): boolean {
  return segments.length === 3 && segments[0] === 'registry' && segments[2] === 'openapi.yaml';
}

/**
 * Compiles the public paths: the built-in ones and those of `auth.publicPaths`.
 *
 * A path is public when it equals a public path after normalisation or lies below it, in both readings of an encoded
 * slash: as a separator and as a character of a segment. Routing takes the second one; with the first one alone the name
 * `..%2F..%2Fopenapi.json` would open `/v1/sources/{name}` to everybody.
 * @param configured - a missing leading slash is added; `/` makes everything public
 */
export function compilePublicPaths(configured: readonly string[]): PublicPaths {
  const prefixes = [...BUILT_IN, ...configured].map((path) => resolveSegments((decode(path) ?? path).split('/')));
  const covers = (segments: readonly string[]): boolean =>
    isRegistryDescription(segments) || prefixes.some((prefix) => startsWith(segments, prefix));
  return remember((rawPath) => {
    const decoded = decode(rawPath);
    if (decoded === undefined || /%2[ef]/i.test(decoded)) return false;
    return covers(resolveSegments(decoded.split('/'))) && covers(routedSegments(rawPath));
  });
}

/**
 * The configured public paths that cover consumer routes: `/registry`, what lies below it, and `/`. Next to `auth.authz`
 * they deserve a warning (ahead.md P2).
 */
export function registryPublicPaths(configured: readonly string[]): string[] {
  return configured.filter((path) => {
    const [first] = resolveSegments((decode(path) ?? path).split('/'));
    return first === undefined || first === 'registry';
  });
}
