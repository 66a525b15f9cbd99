/** Where something stands in the file: line and column, counted from one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One value that is neither a list nor a mapping. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The value as it is written, so that `0123` and `1.40` keep their spelling when a text is wanted. */
  readonly source: string;
  readonly position?: Position;
  /** The environment variable or the flag that gave the value, where one did. */
  readonly variable?: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
  readonly position?: Position;
}

export interface Member {
  /** The key as it is written. */
  readonly key: string;
  /** Where the key stands. */
  readonly position?: Position;
  readonly value: ConfigNode;
}

export interface MappingNode {
  readonly kind: 'mapping';
  /** In the order of the file; keys are unique as written, not yet without regard to case. */
  readonly members: readonly Member[];
  readonly position?: Position;
}

/** A configuration file of any format as a tree that knows where everything stands. */
export type ConfigNode = ScalarNode | ListNode | MappingNode;

/** The way to a value: keys of mappings and zero-based indexes of lists. */
export type ConfigPath = readonly (string | number)[];

/** Writes a path as people write it: `sources[0].file.path`; keys that are no plain words are quoted in brackets. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w-]+$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** The member of a mapping whose key equals `key` without regard to case. */
export function findMember(node: MappingNode, key: string): Member | undefined {
  const wanted = key.toLowerCase();
  return node.members.find((member) => member.key.toLowerCase() === wanted);
}

function step(node: ConfigNode, key: string | number): { value: ConfigNode; position?: Position } | undefined {
  if (typeof key === 'number') {
    const item = node.kind === 'list' ? node.items[key] : undefined;
    return item && { value: item, position: item.position };
  }
  return node.kind === 'mapping' ? findMember(node, key) : undefined;
}

/**
 * Finds where a path stands: the value for items of lists, the key otherwise. What is not in the file is found where its
 * nearest parent stands, at last the beginning of the file (ahead.md P12).
 */
export function locate(root: ConfigNode, path: ConfigPath): Position {
  let position: Position = { line: 1, column: 1 };
  let node = root;
  for (const key of path) {
    const found = step(node, key);
    // A single mapping that stands for a list of one is its own first item.
    if (!found && key === 0 && node.kind === 'mapping') continue;
    if (!found) return position;
    position = found.position ?? position;
    node = found.value;
  }
  return position;
}

/** The variable or flag that a value at a path, or the list that it is an item of, comes from; undefined: the file. */
export function findOrigin(root: ConfigNode, path: ConfigPath): string | undefined {
  let node: ConfigNode | undefined = root;
  for (const key of path) {
    if (node?.kind === 'scalar') break;
    node = node && step(node, key)?.value;
  }
  return node?.kind === 'scalar' ? node.variable : undefined;
}

/** The tree's value as plain JavaScript data; scalars keep the types of the file. */
export function toPlain(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toPlain);
    case 'mapping':
      return Object.fromEntries(node.members.map((member) => [member.key, toPlain(member.value)]));
  }
}
