import { cut } from '../common/http/header-text.js';
import { maskUrlPasswords, PASSWORD_MASK } from '../common/url-password.js';

/** How far behind the limit the end of a password is looked for, in bytes. */
const LOOK_AHEAD_BYTES = 4096;

/** A URL at the end of a text, cut off within what may be its password. */
const URL_CUT_OFF = /([a-z][a-z0-9+.-]{0,31}:\/\/[^\s/?#:@"]*:)[^\s/?#"]+$/i;

/** Writes slashes plainly that a serialiser has escaped, as JSON allows: `https:\/\/host` is a URL all the same. */
function withPlainSlashes(text: string): string {
  return text.replaceAll(/\\([\\/])/g, (escaped, character: string) => (character === '/' ? '/' : escaped));
}

/** The bytes up to the limit as text, with the passwords of URLs masked, also of one that the limit cuts. */
function maskedPrefix(body: Buffer, limit: number): string {
  const text = cut(body, limit);
  const plain = withPlainSlashes(text);
  const open = body.length > limit ? URL_CUT_OFF.exec(plain) : null;
  let masked = maskUrlPasswords(open ? plain.slice(0, open.index) : plain);
  if (open) {
    const [url, before = ''] = open;
    const whole = url + withPlainSlashes(cut(body.subarray(Buffer.byteLength(text)), LOOK_AHEAD_BYTES));
    const isPassword = maskUrlPasswords(whole).startsWith(`${before}${PASSWORD_MASK}@`);
    masked += isPassword ? before + PASSWORD_MASK : url;
  }
  return masked === plain ? text : masked;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The `data` member of a record (audit spec 8) as JSON text: the body's first bytes as they were sent when they are JSON,
 * else as a string. Passwords in URLs are masked. Numbers keep their spelling, and depth costs no stack.
 * @param limit - bytes that are kept
 * @returns text without line breaks; undefined without a body
 */
export function toRequestData(body: Buffer, limit: number): string | undefined {
  if (body.length === 0) return undefined;
  const text = maskedPrefix(body, limit);
  // Line breaks in JSON are white space between its tokens: within strings they are escaped.
  return isJson(text) ? text.replaceAll(/[\r\n]+/g, ' ') : JSON.stringify(text);
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
