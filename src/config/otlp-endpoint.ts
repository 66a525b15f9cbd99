import { parseAbsoluteUrl } from './absolute-url.js';

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/i;
const MAX_PORT = 65_535;

/**
 * The base URL of an OTLP/HTTP receiver, without trailing slash; `/v1/traces` and `/v1/metrics` are appended to it.
 * @param endpoint - `host:port`, or an http or https URL whose scheme wins over `insecure` (telemetry spec T-1)
 * @returns undefined when the endpoint is neither
 */
export function otlpBaseUrl(endpoint: string, insecure: boolean): string | undefined {
  const port = HOST_AND_PORT.exec(endpoint)?.[2];
  if (port !== undefined) {
    const isPort = Number(port) > 0 && Number(port) <= MAX_PORT;
    return isPort ? `${insecure ? 'http' : 'https'}://${endpoint}` : undefined;
  }
  const url = parseAbsoluteUrl(endpoint);
  if (!(url instanceof URL) || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.search !== '' || url.hash !== '') return undefined;
  return url.href.replace(/\/+$/, '');
}
