/** The oldest Node.js that the program runs on, as `engines` of package.json says. */
const OLDEST = { major: 22, minor: 15 } as const;

/**
 * Says why this Node.js is too old for the program.
 * @param version - as `process.versions.node`, such as `20.20.2`
 * @returns a sentence that names both versions; undefined when the program runs on it
 */
export function findUnfitNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined;
  return `Node.js ${OLDEST.major}.${OLDEST.minor} or newer is needed, this is ${version}`;
}
