import type { ContentCoding, EntityTags } from './json-bytes.js';

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

/** Whether `If-None-Match` names one of a body's tags: `*`, or weak comparison with a list (RFC 9110, 13.1.2). */
export function matchesEtag(header: string | undefined, tags: EntityTags): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const known: readonly string[] = Object.values(tags);
  return Array.from(header.matchAll(/"[^"]*"/g)).some(([tag]) => known.includes(tag));
}
