import { isRfc3339 } from '../../common/rfc3339.js';

/** A text format that rules assert. */
export interface TextFormat {
  /** With an article, for messages: `a URI`. */
  readonly name: string;
  readonly matches: (text: string) => boolean;
}

// Schemes as RFC 3986 has them; after the colon characters outside ASCII pass, as they do with known servers.
const URI_PATTERN = /^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s\p{Cc}\\<>"]*$/u;
const BROKEN_PERCENT = /%(?![0-9a-fA-F]{2})/;

/** An absolute URI (RFC 3986) or IRI. */
export const URI: TextFormat = {
  name: 'a URI',
  matches: (text) => URI_PATTERN.test(text) && !BROKEN_PERCENT.test(text),
};

/** RFC 3339, in the strict form of {@link isRfc3339}. */
export const DATE_TIME: TextFormat = { name: 'an RFC 3339 date-time', matches: isRfc3339 };

const HOSTNAME_PATTERN =
  /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** A host name (RFC 1123). */
export const HOSTNAME: TextFormat = { name: 'a host name', matches: (text) => HOSTNAME_PATTERN.test(text) };
