/**
 * Reads an absolute URL that names a host, such as `https://example.com/x`.
 * @returns undefined when it has no scheme or host; `invalid` when it looks like one and cannot be parsed
 */
export function parseAbsoluteUrl(text: string): URL | 'invalid' | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(text)) return url?.host ? url : 'invalid';
  return undefined;
}

/** Whether the text is an absolute http or https URL with a host. */
export function isHttpUrl(text: string): boolean {
  const url = parseAbsoluteUrl(text);
  return url instanceof URL && (url.protocol === 'http:' || url.protocol === 'https:');
}
