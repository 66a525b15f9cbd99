import { ProblemList } from '../problem.js';
import type { BlockShape, Shape } from '../schema/schema-shape.js';
import type { Problem } from '../problem.js';
import { suggest } from '../suggestion.js';
import { formatPath, type ConfigNode, type ConfigPath, type MappingNode, type Member } from './config-node.js';

/** Keys that people look for in the file and that are given elsewhere. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['insecure_url', 'set the environment variable THV_REGISTRY_INSECURE_URL instead'],
  ['compress_response', 'set the environment variable THV_REGISTRY_COMPRESS_RESPONSE instead'],
  ['watch_namespace', 'set the environment variable THV_REGISTRY_WATCH_NAMESPACE instead'],
  ['leader_election_id', 'set the environment variable THV_REGISTRY_LEADER_ELECTION_ID instead'],
  ['address', 'use --address or the environment variable THV_REGISTRY_ADDRESS instead'],
  ['data', 'inline documents are for the administrative API only'],
  ['type', 'the kind of a source is the block that is present'],
]);

/** A tree whose known keys are spelled as the schema spells them. */
export interface CanonicalTree {
  readonly root: MappingNode;
  /** Keys that nothing reads (operations spec R-1). They stay in the tree, where they count as content of their parent. */
  readonly unknownKeys: readonly Problem[];
  /** Keys that stand twice in one mapping, in different letter case. */
  readonly duplicates: readonly Problem[];
}

class Canonicaliser {
  readonly unknownKeys: Problem[] = [];
  readonly duplicates = new ProblemList();

  visit(node: ConfigNode, shape: Shape, path: ConfigPath): ConfigNode {
    if (shape.kind === 'block' && node.kind === 'mapping') return this.visitBlock(node, shape, path);
    if (shape.kind !== 'list') return node;
    if (node.kind === 'mapping') return this.visit(node, shape.item, [...path, 0]);
    if (node.kind !== 'list') return node;
    return { ...node, items: node.items.map((item, index) => this.visit(item, shape.item, [...path, index])) };
  }

  visitBlock(node: MappingNode, shape: BlockShape, path: ConfigPath): MappingNode {
    const spelling = new Map([...shape.keys.keys()].map((key) => [key.toLowerCase(), key]));
    const seen = new Set<string>();
    const members: Member[] = [];
    for (const member of node.members) {
      const key = spelling.get(member.key.toLowerCase());
      const keyShape = key === undefined ? undefined : shape.keys.get(key);
      if (key === undefined || !keyShape) {
        this.reportUnknown(member, shape, path);
        members.push(member);
        continue;
      }
      if (seen.has(key)) this.duplicates.add([...path, key], `${formatPath([...path, key])}: duplicate key`);
      seen.add(key);
      members.push({ ...member, key, value: this.visit(member.value, keyShape, [...path, key]) });
    }
    return { ...node, members };
  }

  private reportUnknown(member: Member, shape: BlockShape, path: ConfigPath): void {
    const hint = findHint(member.key, shape);
    const message = `unknown key ${formatPath([...path, member.key])}${hint ? `, ${hint}` : ''}`;
    this.unknownKeys.push({ path: [...path, member.key], message, position: member.position });
  }
}

function findHint(key: string, shape: BlockShape): string | undefined {
  const similar = suggest(key, shape.keys.keys());
  if (similar !== undefined) return `did you mean ${similar}?`;
  for (const [name, child] of shape.keys) {
    if (child.kind !== 'block') continue;
    const match = [...child.keys.keys()].find((candidate) => candidate.toLowerCase() === key.toLowerCase());
    if (match !== undefined) return `did you mean ${name}.${match}?`;
  }
  return ELSEWHERE.get(key.toLowerCase());
}

/**
 * Gives known keys the spelling of the schema, without regard to case, and finds the unknown ones. Keys below open maps
 * (claims, headers, role rules) are the user's own and stay as they are (operations spec R-5).
 */
export function canonicaliseKeys(root: MappingNode, shape: BlockShape): CanonicalTree {
  const canonicaliser = new Canonicaliser();
  const canonical = canonicaliser.visitBlock(root, shape, []);
  return { root: canonical, unknownKeys: canonicaliser.unknownKeys, duplicates: canonicaliser.duplicates.all };
}
