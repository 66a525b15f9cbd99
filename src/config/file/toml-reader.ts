import { parse, TomlDate, TomlError } from 'smol-toml';
import type { ConfigNode, Position } from './config-node.js';
import { ConfigSyntaxError } from './syntax-error.js';
import { findTomlPositions } from './toml-positions.js';

function convert(value: unknown, path: (string | number)[], positions: ReadonlyMap<string, Position>): ConfigNode {
  const position = positions.get(JSON.stringify(path));
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item, index) => convert(item, [...path, index], positions)), position };
  }
  if (value instanceof TomlDate) return { kind: 'scalar', value: value.toISOString(), source: value.toISOString() };
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => {
      const node = convert(member, [...path, key], positions);
      return { key, position: node.position, value: node };
    });
    return { kind: 'mapping', members, position };
  }
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', value: scalar, source: String(scalar ?? ''), position };
}

/**
 * Reads a TOML document. Positions are known for tables and for keys that begin a line.
 * @throws ConfigSyntaxError on broken syntax and duplicate keys
 */
export function readToml(text: string): ConfigNode {
  try {
    return convert(parse(text), [], findTomlPositions(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = error.message.split('\n', 1)[0] ?? 'invalid TOML';
    throw new ConfigSyntaxError([{ message, position: { line: error.line, column: error.column } }]);
  }
}
