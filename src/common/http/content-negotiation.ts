import type { ContentCoding } from './json-bytes.js';

function quality(parameters: readonly string[]): number {
  const q = parameters.map((parameter) => parameter.trim()).find((parameter) => /^q=/i.test(parameter));
  return q === undefined ? 1 : Number(q.slice(2));
}

/**
 * Chooses the content coding of an answer from `Accept-Encoding` (RFC 9110, section 12.5.3); gzip before deflate.
 * @returns the coding, or undefined for the plain form
 */
export function acceptedCoding(header: string | undefined): ContentCoding | undefined {
  if (!header) return undefined;
  const qualities = new Map<string, number>();
  for (const item of header.split(',')) {
    const [name = '', ...parameters] = item.split(';');
    qualities.set(name.trim().toLowerCase(), quality(parameters));
  }
  return (['gzip', 'deflate'] as const).find((coding) => (qualities.get(coding) ?? qualities.get('*') ?? 0) > 0);
}

/** Whether `If-None-Match` matches one of these opaque tags: `*`, or weak comparison with a list (RFC 9110, 13.1.2). */
export function matchesEtag(header: string | undefined, tags: readonly string[]): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  for (const match of header.matchAll(/(?:W\/)?"([^"]*)"/g)) {
    if (tags.includes(match[1] ?? '')) return true;
  }
  return false;
}
