import type { Position } from './config-node.js';

/** Bare and quoted keys, joined by dots, at the beginning of a text; escapes within quotes are left as they are. */
const KEY = /^\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)\s*(\.)?/;

function readKey(text: string): string[] | undefined {
  const keys: string[] = [];
  let rest = text;
  for (;;) {
    const match = KEY.exec(rest);
    if (!match?.[1]) return undefined;
    keys.push(match[1].replace(/^(["'])(.*)\1$/s, '$2'));
    if (!match[2]) return keys;
    rest = rest.slice(match[0].length);
  }
}

/** Finds keys line by line. Keys inside inline tables and lists are not found: they stand where their parent stands. */
class TomlScanner {
  readonly found = new Map<string, Position>();
  private readonly counts = new Map<string, number>();
  private table: (string | number)[] = [];
  private closing: string | undefined;

  scan(text: string): void {
    for (const [index, line] of text.split('\n').entries()) this.scanLine(line, index + 1);
  }

  private scanLine(line: string, number: number): void {
    if (this.closing !== undefined) {
      if (line.includes(this.closing)) this.closing = undefined;
      return;
    }
    const body = line.trimStart();
    const column = line.length - body.length + 1;
    const header = /^(\[\[?)(.*?)\]/.exec(body);
    if (header) this.openTable(readKey(header[2] ?? '') ?? [], header[1] === '[[', { line: number, column });
    else this.recordKey(body, { line: number, column });
  }

  /** Dotted headers below a list of tables mean its last item. */
  private openTable(keys: readonly string[], isListItem: boolean, position: Position): void {
    const path: (string | number)[] = [];
    for (const [index, key] of keys.entries()) {
      path.push(key);
      const name = JSON.stringify(path);
      const isLast = index === keys.length - 1;
      if (isLast && isListItem) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      this.record(path, position);
      const count = this.counts.get(name);
      if (count !== undefined) path.push(count - 1);
    }
    this.record(path, position);
    this.table = path;
  }

  private recordKey(body: string, position: Position): void {
    const assignment = /^([^=#]*[^=#\s])\s*=\s*(.*)$/s.exec(body);
    const keys = assignment?.[1] === undefined ? undefined : readKey(assignment[1]);
    if (!keys) return;
    const path = [...this.table];
    for (const key of keys) {
      path.push(key);
      this.record(path, position);
    }
    const quotes = /^("""|''')/.exec(assignment?.[2] ?? '')?.[1];
    if (quotes && !(assignment?.[2] ?? '').slice(3).includes(quotes)) this.closing = quotes;
  }

  private record(path: readonly (string | number)[], position: Position): void {
    const name = JSON.stringify(path);
    if (!this.found.has(name)) this.found.set(name, position);
  }
}

/**
 * Finds where the keys of a TOML document stand, as far as that can be told line by line.
 * @returns positions by path, each path written as a JSON array
 */
export function findTomlPositions(text: string): ReadonlyMap<string, Position> {
  const scanner = new TomlScanner();
  scanner.scan(text);
  return scanner.found;
}
