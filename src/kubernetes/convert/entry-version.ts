const MAX_VERSION_LENGTH = 255;
const FALLBACK_VERSION = '1.0.0';

/** Annotations may hold 256 KiB; so many bytes of one are shown in the log. */
const SHOWN_BYTES = 64;

// Strict semantic version without build metadata, after at most one "v".
const NUMBER = '(?:0|[1-9]\\d*)';
const IDENTIFIER = `(?:${NUMBER}|\\d*[A-Za-z-][0-9A-Za-z-]*)`;
const USABLE = new RegExp(`^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${IDENTIFIER}(?:\\.${IDENTIFIER})*)?$`);

/** Whether a text can be the version of an entry (kubernetes spec 4). */
export function isUsableVersion(version: string): boolean {
  return version.length <= MAX_VERSION_LENGTH && USABLE.test(version);
}

/** The version of an entry, and whether the annotation was passed over because it cannot be one. */
export interface ResolvedVersion {
  readonly version: string;
  readonly isAnnotationUnusable: boolean;
}

/**
 * Resolves the version of an entry: the annotation, else the tag of the image, else `1.0.0`; the first that is usable,
 * as written but for white space around it.
 */
export function resolveVersion(annotation: string | undefined, tag: string | undefined): ResolvedVersion {
  const wanted = (annotation ?? '').trim();
  if (isUsableVersion(wanted)) return { version: wanted, isAnnotationUnusable: false };
  const isAnnotationUnusable = wanted !== '';
  const tagged = (tag ?? '').trim();
  return { version: isUsableVersion(tagged) ? tagged : FALLBACK_VERSION, isAnnotationUnusable };
}

/** Cuts a long value for the log at a character's boundary, with `…` behind. */
export function shownValue(value: string): string {
  if (Buffer.byteLength(value) <= SHOWN_BYTES) return value;
  let shown = '';
  let bytes = 0;
  for (const character of value) {
    bytes += Buffer.byteLength(character);
    if (bytes > SHOWN_BYTES) break;
    shown += character;
  }
  return `${shown}…`;
}
