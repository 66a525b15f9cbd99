/** The part of an image reference before its digest. */
function withoutDigest(image: string): string {
  return image.split('@', 1)[0] ?? '';
}

/** The tag of an image; undefined when it has none. The port of a registry is no tag. */
export function imageTag(image: string): string | undefined {
  const reference = withoutDigest(image);
  const colon = reference.lastIndexOf(':');
  if (colon < 0 || reference.indexOf('/', colon) >= 0) return undefined;
  return reference.slice(colon + 1);
}

/**
 * The version of a package made of an image, as known servers write it (kubernetes spec 3 and 4): the digest, else what
 * follows the last colon, even if that is the port of a registry, else `latest`.
 */
export function packageVersion(image: string): string {
  const at = image.indexOf('@');
  if (at >= 0) return image.slice(at + 1);
  const colon = image.lastIndexOf(':');
  return colon < 0 ? 'latest' : image.slice(colon + 1);
}
