import { headerBytes } from '../common/http/header-text.js';
import type { AuthConfig } from '../config/config.js';

/** Why a request is answered 401: the error code of RFC 6750, section 3.1. */
export type ChallengeError = 'invalid_request' | 'invalid_token';

/** What the client learns, in the header and in the body; never more (auth spec 14). */
export const CHALLENGE_DESCRIPTIONS: Readonly<Record<ChallengeError, string>> = {
  invalid_request: 'missing or malformed authorization header',
  invalid_token: 'token validation failed',
};

/** What no header may hold: controls, line breaks among them; the tab is allowed (RFC 9110, section 5.5). */
const CONTROLS = /(?!\t)\p{Cc}/gu;

/** Makes a configured text safe inside a quoted string of a header. */
function quoted(text: string): string {
  return `"${headerBytes(text.replaceAll(CONTROLS, '')).replaceAll('"', String.raw`\"`)}"`;
}

/** The value of `WWW-Authenticate` on a 401 (auth spec 14, RFC 9728 section 5.1). */
export function challenge(oauth: AuthConfig['oauth'], error: ChallengeError): string {
  const parameters = [
    `realm=${quoted(oauth?.realm ?? 'mcp-registry')}`,
    `error="${error}"`,
    `error_description="${CHALLENGE_DESCRIPTIONS[error]}"`,
  ];
  if (oauth?.resourceUrl) {
    const base = oauth.resourceUrl.replace(/\/+$/, '');
    parameters.push(`resource_metadata=${quoted(`${base}/.well-known/oauth-protected-resource`)}`);
  }
  return `Bearer ${parameters.join(', ')}`;
}
