/** Where OTLP requests go. */
export interface OtlpUrls {
  readonly traces: string;
  readonly metrics: string;
}

/**
 * Reads `telemetry.endpoint`: `host:port`, or a URL whose scheme overrides `insecure` and whose path becomes a prefix
 * (telemetry spec 1 and T-1).
 * @returns undefined when it is neither
 */
export function parseOtlpEndpoint(endpoint: string, insecure: boolean): OtlpUrls | undefined {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint);
  const text = hasScheme ? endpoint : `${insecure ? 'http' : 'https'}://${endpoint}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.search !== '' || url.hash !== '' || url.username !== '') return undefined;
  // Without a scheme only host and port are meant: `host:4318/x` is a mistake.
  if (!hasScheme && (url.pathname !== '/' || !/:\d+$/.test(endpoint))) return undefined;
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return { traces: `${base}/v1/traces`, metrics: `${base}/v1/metrics` };
}
