import { findUnstorable } from '../../common/storable-text.js';
import { formatPath, type ConfigNode, type ConfigPath } from './config-node.js';

/**
 * Says which text of a value the database could not hold: one with U+0000 or an unpaired surrogate, which YAML and JSON
 * can write as an escape.
 * @returns the path to the text and a sentence that begins with it; undefined when every text can be held
 */
export function findUnstorableText(node: ConfigNode, path: ConfigPath): { path: ConfigPath; text: string } | undefined {
  const fault = (text: string) => {
    const problem = findUnstorable(text);
    return problem === undefined ? undefined : { path, text: `${formatPath(path)} ${problem}` };
  };
  if (node.kind === 'scalar') return typeof node.value === 'string' ? fault(node.value) : undefined;
  const members = node.kind === 'list' ? node.items.map((value, index) => ({ key: index, value })) : node.members;
  for (const { key, value } of members) {
    const found = (typeof key === 'string' ? fault(key) : undefined) ?? findUnstorableText(value, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
