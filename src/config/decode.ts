import { toFlag, toInteger, toNumber, toText, toTexts, type Coerced } from './coercion.js';
import {
  formatPath,
  toPlain,
  type ConfigNode,
  type ConfigPath,
  type MappingNode,
  type ScalarNode,
} from './file/config-node.js';
import { findUnstorableText } from './file/unstorable-text.js';
import { ProblemList, type Problem } from './problem.js';
import { configSchema, type RawConfig } from './schema/config.schema.js';
import type { BlockShape, Shape } from './schema/schema-shape.js';

/** Whether anything is left of a node once nulls and empty mappings are taken away. */
function hasContent(node: ConfigNode): boolean {
  switch (node.kind) {
    case 'scalar':
      return node.value !== null;
    case 'list':
      return true;
    case 'mapping':
      return node.members.some((member) => hasContent(member.value));
  }
}

/** The value as written where a small one was wanted; a text in place of a block may be anything, a secret as well. */
function describeScalar({ value, source }: ScalarNode, expected: string): string {
  if (typeof value === 'number') return source;
  return typeof value === 'string' && expected.includes('mapping') ? 'a text' : JSON.stringify(value);
}

/** Turns nodes into plain values of the types that the shape asks for. */
class Decoder {
  readonly problems = new ProblemList();

  decode(node: ConfigNode, shape: Shape, path: ConfigPath, isInList: boolean): unknown {
    if (node.kind === 'mapping' && !isInList && !hasContent(node)) return undefined;
    if (shape.kind !== 'block' && shape.kind !== 'list') this.refuseUnstorable(node, path);
    switch (shape.kind) {
      case 'text':
        return this.take(toText(node), node, path);
      case 'integer':
        return this.take(toInteger(node), node, path);
      case 'number':
        return this.take(toNumber(node), node, path);
      case 'flag':
        return this.take(toFlag(node), node, path);
      case 'texts':
        return this.take(toTexts(node), node, path);
      case 'openMap':
        return this.openMap(node, path);
      case 'list':
        return this.list(node, shape.item, path);
      case 'block':
        return this.block(node, shape, path, isInList);
    }
  }

  block(node: ConfigNode, shape: BlockShape, path: ConfigPath, isInList: boolean): unknown {
    const mapping = this.mappingOf(node, path);
    if (!mapping) return undefined;
    const entries = mapping.members.flatMap((member) => {
      const child = shape.keys.get(member.key);
      return child ? [[member.key, this.decode(member.value, child, [...path, member.key], isInList)]] : [];
    });
    return Object.fromEntries(entries);
  }

  /** Items are present whatever they hold; a null item is an empty one, a single mapping a list of one. */
  private list(node: ConfigNode, shape: Shape, path: ConfigPath): unknown {
    if (node.kind === 'scalar' && node.value === null) return undefined;
    if (node.kind === 'scalar' && node.value === '') return [];
    if (node.kind === 'scalar') return this.refuse(node, path, 'a list of mappings');
    const items = node.kind === 'list' ? node.items : [node];
    return items.map((item, index) => this.decode(item, shape, [...path, index], true) ?? {});
  }

  private openMap(node: ConfigNode, path: ConfigPath): unknown {
    const mapping = this.mappingOf(node, path);
    // The schema would drop this key without a word, and a claim or a condition of a role with it.
    if (mapping?.members.some(({ key }) => key === '__proto__')) {
      this.problems.add(path, `${formatPath(path)}: the key "__proto__" cannot be used`);
    }
    return mapping && toPlain(mapping);
  }

  private mappingOf(node: ConfigNode, path: ConfigPath): MappingNode | undefined {
    if (node.kind === 'mapping') return node;
    if (node.kind === 'scalar' && node.value === null) return undefined;
    this.refuse(node, path, 'a mapping');
    return undefined;
  }

  private refuseUnstorable(node: ConfigNode, path: ConfigPath): void {
    const found = findUnstorableText(node, path);
    if (found) this.problems.add(found.path, found.text);
  }

  private take(coerced: Coerced<unknown>, node: ConfigNode, path: ConfigPath): unknown {
    return 'expected' in coerced ? this.refuse(node, path, coerced.expected) : coerced.value;
  }

  private refuse(node: ConfigNode, path: ConfigPath, expected: string): undefined {
    const variable = node.kind === 'scalar' && node.variable ? ` (from ${node.variable})` : '';
    const found = node.kind === 'scalar' ? describeScalar(node, expected) : `a ${node.kind}`;
    this.problems.add(path, `${formatPath(path)}${variable}: expected ${expected}, got ${found}`);
    return undefined;
  }
}

/**
 * Coerces the tree to the types of the schema as weakly as operations spec 1.1 says: numbers and booleans from texts,
 * texts from numbers, lists from scalars and single mappings; empty mappings outside lists count as absent.
 * @param root - the tree with canonical keys; unknown keys are left out
 * @returns the values, without those that cannot be coerced, and a problem for each of these
 */
export function decodeConfig(root: MappingNode, shape: BlockShape): { raw: RawConfig; problems: readonly Problem[] } {
  const decoder = new Decoder();
  const values = decoder.block(root, shape, [], false);
  return { raw: configSchema.parse(values), problems: decoder.problems.all };
}
