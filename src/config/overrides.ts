import { findMember, type ConfigNode, type MappingNode, type ScalarNode } from './file/config-node.js';
import type { BlockShape } from './schema/schema-shape.js';

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable that overrides a key outside lists: `database.sslMode` is `THV_REGISTRY_DATABASE_SSLMODE`. */
export function variableOf(path: readonly string[]): string {
  return ['THV_REGISTRY', ...path.map((key) => key.toUpperCase())].join('_');
}

/** The mapping with one member replaced, added, or removed where `value` is undefined. */
function withMember(node: MappingNode, key: string, value: ConfigNode | undefined): MappingNode {
  const present = findMember(node, key);
  const others = node.members.filter((member) => member !== present);
  if (value === undefined) return { ...node, members: others };
  return { ...node, members: [...others, { key, position: present?.position, value }] };
}

function asMapping(node: ConfigNode | undefined): MappingNode | undefined {
  if (node === undefined) return { kind: 'mapping', members: [] };
  if (node.kind === 'scalar' && node.value === null) return { kind: 'mapping', members: [], position: node.position };
  return node.kind === 'mapping' ? node : undefined;
}

function applyToBlock(
  node: MappingNode,
  shape: BlockShape,
  path: readonly string[],
  environment: Environment,
): MappingNode {
  let result = node;
  for (const [key, child] of shape.keys) {
    const keyPath = [...path, key];
    const variable = variableOf(keyPath);
    const value = environment[variable];
    if (value) {
      const scalar: ScalarNode = { kind: 'scalar', value, source: value, variable };
      // A variable named like a whole block hides the block, which validation then reports as missing.
      result = withMember(result, key, child.kind === 'block' || child.kind === 'openMap' ? undefined : scalar);
      continue;
    }
    if (child.kind !== 'block') continue;
    const present = findMember(result, key);
    const block = asMapping(present?.value);
    if (!block) continue;
    const overridden = applyToBlock(block, child, keyPath, environment);
    if (overridden !== block) result = withMember(result, key, overridden);
  }
  return result;
}

/**
 * Applies the environment to the tree of the file (operations spec 1.3, R-2): every key outside lists can be set, whether
 * the file has it or not; empty variables change nothing.
 * @param root - the tree with canonical keys
 */
export function applyEnvironment(root: MappingNode, shape: BlockShape, environment: Environment): MappingNode {
  return applyToBlock(root, shape, [], environment);
}

/** Applies `--auth-mode`, which wins over the file and the environment and may supply a missing `auth`. */
export function applyAuthMode(root: MappingNode, authMode: string | undefined): MappingNode {
  if (!authMode) return root;
  const auth = asMapping(findMember(root, 'auth')?.value);
  if (!auth) return root;
  const mode: ScalarNode = { kind: 'scalar', value: authMode, source: authMode, variable: '--auth-mode' };
  return withMember(root, 'auth', withMember(auth, 'mode', mode));
}
