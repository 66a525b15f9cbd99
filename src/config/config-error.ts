/** The configuration cannot be used; the message says why, in one line without secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
