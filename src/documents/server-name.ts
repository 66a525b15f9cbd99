const NAMESPACE_PART = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
const NAME_PART = /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?$/;

/** Longest server name, in bytes (which are characters: only ASCII passes). */
export const MAX_SERVER_NAME_LENGTH = 200;

/**
 * Says what is wrong with a server name: exactly one slash, 3 to 200 bytes, both parts starting and ending with an ASCII
 * letter or digit (consumer spec 2, admin-api spec 6.1).
 * @returns the consumer API's text after `invalid server name format: `, or undefined for a good name
 */
export function findServerNameProblem(name: string): string | undefined {
  const parts = name.split('/');
  const [namespacePart = '', namePart = ''] = parts;
  if (parts.length < 2) {
    return "server name must be in format 'dns-namespace/name' (e.g., 'com.example.api/server')";
  }
  if (parts.length > 2) return "server name must contain exactly one '/' separator";
  if (namespacePart === '') return 'namespace part cannot be empty';
  if (namePart === '') return 'name part cannot be empty';
  if (Buffer.byteLength(name) > MAX_SERVER_NAME_LENGTH) {
    return `server name exceeds maximum length of ${MAX_SERVER_NAME_LENGTH} characters`;
  }
  if (!NAMESPACE_PART.test(namespacePart)) {
    return `namespace '${namespacePart}' is invalid. Namespace must start and end with alphanumeric characters, and may contain dots and hyphens in the middle`;
  }
  if (!NAME_PART.test(namePart)) {
    return `name '${namePart}' is invalid. Name must start and end with alphanumeric characters, and may contain dots, underscores and hyphens in the middle`;
  }
  return undefined;
}

/** Whether a server name follows the rules of {@link findServerNameProblem}. */
export function isServerName(name: string): boolean {
  return findServerNameProblem(name) === undefined;
}
