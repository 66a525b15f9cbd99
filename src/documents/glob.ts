import { InvalidInputError } from '../common/errors.js';

/** Longest pattern that is taken, in UTF-16 units: matching costs time proportional to it. */
export const MAX_PATTERN_LENGTH = 1024;

/** Whether one character (code point) is matched. */
type CharacterTest = (character: string) => boolean;

type Piece =
  | { readonly kind: 'one'; readonly test: CharacterTest }
  | { readonly kind: 'any' }
  | { readonly kind: 'alternatives'; readonly branches: readonly (readonly Piece[])[] };

/** State of the automaton: goes on over one character, or forks without one. The last state accepts. */
type State =
  | { readonly kind: 'one'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'accept' };

/** Recursive descent over the characters of one pattern. */
class PatternParser {
  private position = 0;
  private readonly characters: readonly string[];

  constructor(pattern: string) {
    this.characters = Array.from(pattern);
  }

  parse(): Piece[] {
    return this.parseSequence(false);
  }

  private parseSequence(inBraces: boolean): Piece[] {
    const pieces: Piece[] = [];
    for (let character = this.peek(); character !== undefined; character = this.peek()) {
      if (inBraces && (character === ',' || character === '}')) return pieces;
      this.position++;
      pieces.push(this.parsePiece(character));
    }
    return pieces;
  }

  private parsePiece(character: string): Piece {
    switch (character) {
      case '*':
        return { kind: 'any' };
      case '?':
        return { kind: 'one', test: () => true };
      case '[':
        return { kind: 'one', test: this.parseSet() };
      case '{':
        return { kind: 'alternatives', branches: this.parseAlternatives() };
      case '\\':
        return literal(this.parseEscaped());
      default:
        return literal(character);
    }
  }

  private parseAlternatives(): Piece[][] {
    const branches: Piece[][] = [];
    for (;;) {
      branches.push(this.parseSequence(true));
      const end = this.take();
      if (end === undefined) throw new InvalidInputError('unterminated "{"');
      if (end === '}') return branches;
    }
  }

  private parseSet(): CharacterTest {
    const isNegated = this.peek() === '!';
    if (isNegated) this.position++;
    const ranges: [number, number][] = [];
    while (this.peek() !== ']') ranges.push(this.parseRange());
    this.position++;
    if (ranges.length === 0) throw new InvalidInputError('empty set of characters');
    return (character) => {
      const code = codePoint(character);
      return ranges.some(([from, to]) => code >= from && code <= to) !== isNegated;
    };
  }

  private parseRange(): [number, number] {
    const from = codePoint(this.parseSetMember());
    // A hyphen at the end of the set stands for itself.
    if (this.peek() !== '-' || this.characters[this.position + 1] === ']') return [from, from];
    this.position++;
    const to = codePoint(this.parseSetMember());
    if (to < from) throw new InvalidInputError('range of characters in descending order');
    return [from, to];
  }

  private parseSetMember(): string {
    const character = this.take();
    if (character === undefined) throw new InvalidInputError('unterminated "["');
    return character === '\\' ? this.parseEscaped() : character;
  }

  private parseEscaped(): string {
    const character = this.take();
    if (character === undefined) throw new InvalidInputError('trailing "\\"');
    return character;
  }

  private peek(): string | undefined {
    return this.characters[this.position];
  }

  private take(): string | undefined {
    return this.characters[this.position++];
  }
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function literal(expected: string): Piece {
  return { kind: 'one', test: (character) => character === expected };
}

/** Lays the pieces out back to front, so that every state knows its successor. */
function addSequence(states: State[], pieces: readonly Piece[], successor: number): number {
  let next = successor;
  for (const piece of pieces.toReversed()) next = addPiece(states, piece, next);
  return next;
}

function addPiece(states: State[], piece: Piece, successor: number): number {
  switch (piece.kind) {
    case 'one':
      return states.push({ kind: 'one', test: piece.test, next: successor }) - 1;
    case 'any': {
      const fork = states.length;
      states.push({ kind: 'fork', next: [fork + 1, successor] });
      states.push({ kind: 'one', test: () => true, next: fork });
      return fork;
    }
    case 'alternatives': {
      const next = piece.branches.map((branch) => addSequence(states, branch, successor));
      return states.push({ kind: 'fork', next }) - 1;
    }
  }
}

/** Follows all possibilities of an automaton at once. Buffers are kept from text to text, as lists of names are long. */
class Matcher {
  private active: number[] = [];
  private following: number[] = [];
  /** The step in which a state was last reached, so that none is followed twice. */
  private readonly reachedAt: Float64Array;
  private step = 0;

  constructor(
    private readonly states: readonly State[],
    private readonly start: number,
  ) {
    this.reachedAt = new Float64Array(states.length);
  }

  matches(text: string): boolean {
    this.beginStep();
    this.reach(this.start);
    for (const character of text) {
      this.beginStep();
      for (const index of this.active) {
        const state = this.states[index];
        if (state?.kind === 'one' && state.test(character)) this.reach(state.next);
      }
      if (this.following.length === 0) return false;
    }
    return this.following.includes(ACCEPT);
  }

  private beginStep(): void {
    const { active } = this;
    this.active = this.following;
    this.following = active;
    this.following.length = 0;
    this.step++;
  }

  /** Adds a state, or those a fork leads to; forks nest no deeper than the pattern is long. */
  private reach(index: number): void {
    if (this.reachedAt[index] === this.step) return;
    this.reachedAt[index] = this.step;
    const state = this.states[index];
    if (state?.kind !== 'fork') this.following.push(index);
    else for (const next of state.next) this.reach(next);
  }
}

const ACCEPT = 0;

/**
 * Compiles a name glob (sync spec 4): `*` and `**` match any sequence, slashes included, `?` one character, `[abc]`,
 * `[a-c]` and `[!abc]` sets, `{x,y{1,2}}` alternatives, `\c` the character itself; anything else matches itself. The
 * whole text must match; an empty pattern matches nothing.
 *
 * The pattern becomes an automaton that follows all its possibilities at once, so matching takes at most (length of the
 * pattern x length of the text) steps. A regular expression would backtrack: `*a*a*a*a*b` takes it minutes.
 * @throws InvalidInputError saying what is wrong with the pattern, without naming it
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new InvalidInputError(`longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  if (pattern === '') return () => false;
  if (!/[*?[{\\]/.test(pattern)) return (text) => text === pattern;
  const states: State[] = [{ kind: 'accept' }];
  const start = addSequence(states, new PatternParser(pattern).parse(), ACCEPT);
  const matcher = new Matcher(states, start);
  return (text) => matcher.matches(text);
}
