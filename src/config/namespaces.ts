import { findRepeated } from '../common/find-repeated.js';
import { SOURCE_NAME } from './schema/sources.schema.js';

/**
 * Says what is wrong with a list of Kubernetes namespaces, if anything (kubernetes spec 6).
 * @returns `invalid namespace name: Team_A` or `duplicate namespace: a`
 */
export function findInvalidNamespace(namespaces: readonly string[]): string | undefined {
  const invalid = namespaces.find((namespace) => !SOURCE_NAME.test(namespace));
  if (invalid !== undefined) return `invalid namespace name: ${invalid}`;
  const duplicate = findRepeated(namespaces);
  return duplicate === undefined ? undefined : `duplicate namespace: ${duplicate}`;
}
