/** The values of `database.sslMode` (operations spec 4.3). */
export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

/** Says what is wrong with a value of `database.sslMode`; undefined when it is one of {@link SSL_MODES}. */
export function findInvalidSslMode(mode: string): string | undefined {
  if ((SSL_MODES as readonly string[]).includes(mode)) return undefined;
  return `database.sslMode "${mode}" is not supported: use disable, require, verify-ca or verify-full`;
}
