/** What stands in the place of a password wherever a URL is shown (sync spec 8, row 20). */
export const PASSWORD_MASK = '***';

// The length of a scheme is bounded, or else every letter of a long text would be tried as its beginning. User information ends at the last "@" before the path; a password may hold further "@" and ":". A quotation mark that
// ends a JSON string ends the URL.
const URL_WITH_PASSWORD = /([a-z][a-z0-9+.-]{0,31}:\/\/[^\s/?#:@"]*:)((?:[^\s/?#"]|"(?![,}\]:]))*)(?=@)/gi;

/**
 * Replaces the password of every URL in a text by `***`: `https://bot:pw@host/r` becomes `https://bot:***@host/r`.
 * @param text - a URL, or any text that may hold URLs, such as the message of a failed request
 */
export function maskUrlPasswords(text: string): string {
  return text.replace(URL_WITH_PASSWORD, (_match, before: string, password: string) =>
    password === '' ? before : `${before}${PASSWORD_MASK}`,
  );
}

function urlPassword(url: string): { before: string; password: string; rest: string } | undefined {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:)([^\s/?#]*)@(.*)$/is.exec(url);
  if (!match) return undefined;
  return { before: match[1] ?? '', password: match[2] ?? '', rest: match[3] ?? '' };
}

/** Whether the URL's password is `***`, which stands for a password that the sender was not shown. */
export function hasMaskedPassword(url: string): boolean {
  return urlPassword(url)?.password === PASSWORD_MASK;
}

function authority(rest: string): string {
  return (/^[^/?#]*/.exec(rest)?.[0] ?? '').toLowerCase();
}

/**
 * Puts the stored password in the place of a `***` that came back.
 * @param url - the URL as sent, with `***` for a password
 * @param stored - the URL as stored
 * @returns the completed URL; undefined when scheme, user name, host or port differ, because a password must not be sent
 *   to another place than the one it was given for
 */
export function restoreUrlPassword(url: string, stored: string): string | undefined {
  const sent = urlPassword(url);
  const known = urlPassword(stored);
  if (!sent || !known || sent.before !== known.before || authority(sent.rest) !== authority(known.rest)) {
    return undefined;
  }
  return `${sent.before}${known.password}@${sent.rest}`;
}
