import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml';
import type { ConfigNode, ListNode, MappingNode, Member, Position, ScalarNode } from './config-node.js';
import { ConfigSyntaxError } from './syntax-error.js';

// What a hand-written configuration never reaches, and a chain of aliases of aliases does.
const MAX_NODES = 200_000;

/** What an anchor stands for; without a node while it is still being read. */
interface Anchor {
  readonly node?: ConfigNode;
  /** Number of nodes that the anchor's node is made of. */
  readonly size: number;
}

/** Turns the syntax tree of one document into configuration nodes, with aliases and merge keys resolved. */
class YamlConverter {
  private nodes = 0;
  private readonly anchors = new Map<string, Anchor>();

  constructor(private readonly lines: LineCounter) {}

  private at(node: { range?: readonly number[] | null }): Position {
    const { line, col } = this.lines.linePos(node.range?.[0] ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  private fail(node: Node, message: string): never {
    throw new ConfigSyntaxError([{ message, position: this.at(node) }]);
  }

  convert(node: Node | null): ConfigNode {
    if (node === null) return { kind: 'scalar', value: null, source: '' };
    this.count(node, 1);
    if (isAlias(node)) return this.convertAlias(node);
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
    if (anchor === undefined) return this.convertContent(node);
    const before = this.nodes;
    this.anchors.set(anchor, { size: 0 });
    const converted = this.convertContent(node);
    this.anchors.set(anchor, { node: converted, size: this.nodes - before });
    return converted;
  }

  private convertContent(node: Node): ConfigNode {
    if (isScalar(node)) return this.convertScalar(node);
    return isSeq(node) ? this.convertList(node) : this.convertMapping(node);
  }

  private convertAlias(alias: Alias): ConfigNode {
    const anchor = this.anchors.get(alias.source);
    if (!anchor) return this.fail(alias, 'the alias names no anchor above it');
    if (!anchor.node) return this.fail(alias, 'the alias names an anchor that contains it');
    this.count(alias, anchor.size);
    return { ...anchor.node, position: this.at(alias) };
  }

  private count(node: Node, size: number): void {
    this.nodes += size;
    if (this.nodes > MAX_NODES) this.fail(node, 'the document is too large once its aliases are resolved');
  }

  private convertScalar(node: Scalar): ScalarNode {
    const { value } = node;
    const position = this.at(node);
    if (value === null) return { kind: 'scalar', value, source: '', position };
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      return this.fail(node, 'a value must be a text, a number, true or false');
    }
    return { kind: 'scalar', value, source: node.source ?? `${value}`, position };
  }

  private convertList(node: Node): ListNode {
    const items = isSeq(node) ? node.items : [];
    return { kind: 'list', items: items.map((item) => this.convert(item as Node | null)), position: this.at(node) };
  }

  private convertMapping(node: Node): MappingNode {
    const pairs = isMap(node) ? (node.items as Pair<Node, Node | null>[]) : [];
    const members: Member[] = [];
    const merged: Member[] = [];
    for (const { key, value } of pairs) {
      if (isScalar(key) && typeof key.value === 'symbol') merged.push(...this.mergedMembers(value));
      else members.push({ key: this.keyText(key), position: this.at(key), value: this.convert(value) });
    }
    const seen = new Set(members.map((member) => member.key));
    for (const member of merged) {
      if (seen.has(member.key)) continue;
      seen.add(member.key);
      members.push(member);
    }
    return { kind: 'mapping', members, position: this.at(node) };
  }

  /** The members that `<<` brings in, of one mapping or of a list of them; the first one wins. */
  private mergedMembers(value: Node | null): readonly Member[] {
    const source = this.convert(value);
    const mappings = source.kind === 'list' ? source.items : [source];
    return mappings.flatMap((mapping) => {
      if (mapping.kind === 'mapping') return mapping.members;
      return value ? this.fail(value, 'only mappings can be merged') : [];
    });
  }

  private keyText(key: Node): string {
    if (!isScalar(key) || key.value === null) return this.fail(key, 'a key must be a text');
    return typeof key.value === 'string' ? key.value : (key.source ?? JSON.stringify(key.value));
  }
}

/** The parser quotes the token it stumbles over, which may be a secret. */
function withoutQuote({ message }: Error): string {
  return message.replace(/: ["|>].*$/s, '');
}

/**
 * Reads a YAML 1.2 document (JSON is one) with anchors, aliases and merge keys.
 * @throws ConfigSyntaxError on broken syntax, several documents, duplicate keys in one mapping and circular aliases
 */
export function readYaml(text: string): ConfigNode {
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, prettyErrors: false, lineCounter: lines });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      const message =
        error.code === 'MULTIPLE_DOCS' ? 'a second document begins, one is expected' : withoutQuote(error);
      return { message, position: { line: Math.max(line, 1), column: Math.max(col, 1) } };
    });
    throw new ConfigSyntaxError(problems);
  }
  return new YamlConverter(lines).convert(document.contents);
}
