import { isUtf8 } from 'node:buffer';

/**
 * Where a value stands in the bytes of a JSON text. Objects and arrays on the way to the entries have their children;
 * of all other values only the extent is known, and their syntax is checked when they are parsed.
 */
export interface JsonNode {
  readonly kind: 'object' | 'array' | 'scalar';
  /** First byte. */
  readonly start: number;
  /** Byte after the last. */
  readonly end: number;
  /** Of an object that was entered; of repeated members the last counts, as in `JSON.parse`. */
  readonly members?: ReadonlyMap<string, JsonNode>;
  /** Of an array that was entered. */
  readonly elements?: readonly JsonNode[];
}

/**
 * Which objects and arrays are entered: the root, and of an entered object the members named here, in their turn. The
 * elements of an array are never entered.
 */
export interface EnterPlan {
  readonly [member: string]: EnterPlan;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** One pass over the bytes. */
class Indexer {
  private position = 0;

  constructor(private readonly bytes: Buffer) {}

  index(plan: EnterPlan): JsonNode {
    const root = this.readValue(plan);
    this.skipSpace();
    if (this.position < this.bytes.length) this.fail('unexpected text after the JSON value');
    return root;
  }

  private readValue(plan?: EnterPlan): JsonNode {
    this.skipSpace();
    const start = this.position;
    const first = this.bytes[start];
    if (first === OPEN_BRACE) return plan ? this.readObject(plan) : this.skipContainer('object');
    if (first === OPEN_BRACKET) return plan ? this.readArray() : this.skipContainer('array');
    this.skipScalar();
    if (this.position === start) this.fail('expected a value');
    return { kind: 'scalar', start, end: this.position };
  }

  private readObject(plan: EnterPlan): JsonNode {
    const start = this.position++;
    const members = new Map<string, JsonNode>();
    if (!this.takes(CLOSE_BRACE)) {
      do {
        const key = this.readKey();
        if (!this.takes(COLON)) this.fail('expected ":"');
        members.set(key, this.readValue(Object.hasOwn(plan, key) ? plan[key] : undefined));
      } while (this.takes(COMMA));
      if (!this.takes(CLOSE_BRACE)) this.fail('expected "," or "}"');
    }
    return { kind: 'object', start, end: this.position, members };
  }

  private readArray(): JsonNode {
    const start = this.position++;
    const elements: JsonNode[] = [];
    if (!this.takes(CLOSE_BRACKET)) {
      do elements.push(this.readValue());
      while (this.takes(COMMA));
      if (!this.takes(CLOSE_BRACKET)) this.fail('expected "," or "]"');
    }
    return { kind: 'array', start, end: this.position, elements };
  }

  private readKey(): string {
    this.skipSpace();
    const start = this.position;
    if (this.bytes[start] !== QUOTE) this.fail('expected a member name');
    this.skipString();
    return JSON.parse(this.bytes.toString('utf8', start, this.position)) as string;
  }

  /** Goes to the end of an object or array by its brackets alone; which of them match is checked when it is parsed. */
  private skipContainer(kind: 'object' | 'array'): JsonNode {
    const { bytes } = this;
    const start = this.position;
    let depth = 0;
    do {
      const byte = bytes[this.position];
      if (byte === undefined) this.fail('unexpected end');
      if (byte === QUOTE) {
        this.skipString();
        continue;
      }
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
      this.position++;
    } while (depth > 0);
    return { kind, start, end: this.position };
  }

  private skipScalar(): void {
    if (this.bytes[this.position] === QUOTE) return this.skipString();
    for (let byte = this.bytes[this.position]; byte !== undefined; byte = this.bytes[++this.position]) {
      if (isSpace(byte) || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return;
    }
  }

  private skipString(): void {
    const { bytes } = this;
    let position = this.position + 1;
    while (position < bytes.length) {
      const byte = bytes[position];
      if (byte === QUOTE) {
        this.position = position + 1;
        return;
      }
      position += byte === BACKSLASH ? 2 : 1;
    }
    this.position = bytes.length;
    this.fail('unterminated string');
  }

  private skipSpace(): void {
    while (isSpace(this.bytes[this.position])) this.position++;
  }

  private takes(byte: number): boolean {
    this.skipSpace();
    if (this.bytes[this.position] !== byte) return false;
    this.position++;
    return true;
  }

  private fail(what: string): never {
    throw new SyntaxError(`${what} at byte ${this.position}`);
  }
}

/** The bytes of a JSON text and where its parts stand. */
export interface JsonText {
  readonly root: JsonNode;
  /** The text of a node, for `JSON.parse`. */
  text(node: JsonNode): string;
}

/**
 * Finds where the parts of a JSON text stand without building any of its values, so that a large document can be parsed
 * entry by entry, without its whole tree in memory. A byte-order mark is skipped.
 * @throws SyntaxError; a syntax error inside a value that was not entered comes up only when that is parsed
 */
export function indexJson(bytes: Uint8Array, plan: EnterPlan): JsonText {
  if (!isUtf8(bytes)) throw new SyntaxError('not valid UTF-8');
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasMark = all[0] === 0xef && all[1] === 0xbb && all[2] === 0xbf;
  const buffer = hasMark ? all.subarray(3) : all;
  return {
    root: new Indexer(buffer).index(plan),
    text: (node) => buffer.toString('utf8', node.start, node.end),
  };
}
