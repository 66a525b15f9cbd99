/** Schemes by which a URL brings code or content of its own, or reaches the files of whoever opens it. */
const DANGEROUS_SCHEMES = new Set([
  'javascript',
  'vbscript',
  'data',
  'file',
  'blob',
  'about',
  'filesystem',
  'view-source',
]);

// Clients skip these before they look for the scheme (WHATWG URL).
const SKIPPED = /^[\p{Cc} ]+|[\t\n\r]/gu;

/**
 * The scheme of a URL that must not reach clients; undefined for all other texts, also for those that are no URL: only
 * what does harm is refused.
 */
export function dangerousScheme(url: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url.replace(SKIPPED, ''))?.[1]?.toLowerCase();
  return scheme !== undefined && DANGEROUS_SCHEMES.has(scheme) ? scheme : undefined;
}
