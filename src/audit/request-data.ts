import { maskUrlPasswords } from '../common/url-password.js';

/** The longest prefix of the bytes, at most `limit` long, that does not end inside a UTF-8 character. */
function prefix(bytes: Buffer, limit: number): string {
  let end = Math.min(bytes.length, limit);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString('utf8');
}

/**
 * The `data` member of a record (audit spec 8): the body's first bytes as the JSON value they are, else as a string.
 * Passwords in URLs are masked.
 * @param limit - bytes that are kept
 * @returns undefined without a body
 */
export function toRequestData(body: Buffer, limit: number): unknown {
  if (body.length === 0) return undefined;
  const text = maskUrlPasswords(prefix(body, limit));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What a publish request is about, as far as its body can be read (audit spec A2). */
export function publishedTarget(body: Buffer): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
  const members = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  for (const kind of ['server', 'skill', 'plugin']) {
    const document = members[kind];
    if (typeof document !== 'object' || document === null) continue;
    const { name, version, namespace } = document as Record<string, unknown>;
    return {
      entry_type: kind,
      ...nonEmpty('resource_name', name),
      ...nonEmpty('version', version),
      ...(kind === 'server' ? {} : nonEmpty('namespace', namespace)),
    };
  }
  return {};
}

function nonEmpty(key: string, value: unknown): Record<string, string> {
  return typeof value === 'string' && value !== '' ? { [key]: value.slice(0, 512) } : {};
}
