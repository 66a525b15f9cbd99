import { isDeepStrictEqual } from 'node:util';
import type { InvalidEntryPolicy } from '../model/source-settings.js';
import type { EntryDocument } from './entry-document.js';
import { DocumentError, type DocumentFailure, type ParsedDocument, type RejectedEntry } from './parsed-document.js';
import { dottedPath, jsonPointer, problemPointer, sentence, type Path, type Problem } from './rules/problem.js';

/** How many problems the message of a refused document spells out. */
const MAX_REPORTED_PROBLEMS = 5;

/** How many left-out entries a parsed document tells of. */
const MAX_REJECTED_ENTRIES = 1000;

/** Longest name and version that is repeated about an entry that may be anything. */
const MAX_ECHO_LENGTH = 255;

/** A valid entry and where it stood. */
interface Accepted {
  readonly document: EntryDocument;
  readonly path: Path;
  /** Place in the document. */
  readonly order: number;
}

interface Rejection extends RejectedEntry {
  readonly order: number;
  readonly failure: DocumentFailure;
  /** What the message of a document refused for it says. */
  readonly message: string;
}

function echo(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_ECHO_LENGTH) : '';
}

/** Describes an entry that is left out: the problem's place by JSON Pointer, its text by the path inside the entry. */
export function toRejectedEntry(value: unknown, pointerBase: string, problem: Problem): RejectedEntry {
  const { name, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return {
    name: echo(name),
    version: echo(version),
    path: problemPointer(problem, pointerBase),
    reason: sentence(problem, [], 'the entry'),
  };
}

function entryKey({ kind, namespace, name, version }: EntryDocument): string {
  // No accepted document holds U+0000.
  return `${kind}\u0000${namespace}\u0000${name}\u0000${version}`;
}

/** Equal as JSON values; members may stand in another order. */
function isSameDocument(a: EntryDocument, b: EntryDocument): boolean {
  return a.hash === b.hash || isDeepStrictEqual(JSON.parse(a.json), JSON.parse(b.json));
}

function fullName({ kind, namespace, name, version }: EntryDocument): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}@${version}`;
}

/**
 * Gathers the entries of one document, valid and invalid, and decides in the end what becomes of the document: duplicates
 * (sync spec 3.3 and 8.9), `onInvalidEntry` and the rule of the half (ahead.md P3).
 */
export class EntryCollector {
  private readonly accepted = new Map<string, Accepted>();
  /** All copies of entries that occur more than once, by key. */
  private readonly copies = new Map<string, Accepted[]>();
  private readonly rejections: Rejection[] = [];
  private count = 0;

  /** Takes a valid entry. */
  accept(document: EntryDocument, path: Path): void {
    const key = entryKey(document);
    const entry = { document, path, order: this.count++ };
    const first = this.accepted.get(key);
    if (!first) {
      this.accepted.set(key, entry);
      return;
    }
    const copies = this.copies.get(key);
    if (copies) copies.push(entry);
    else this.copies.set(key, [first, entry]);
  }

  /** Takes an entry that is not valid, whatever it is; its members `name` and `version`, if any, say what it is called. */
  reject(value: unknown, path: Path, problem: Problem, failure: DocumentFailure = 'validation'): void {
    this.rejections.push({
      ...toRejectedEntry(value, jsonPointer(path), problem),
      order: this.count++,
      failure,
      message: sentence(problem, path),
    });
  }

  /**
   * @throws DocumentError when the policy is `fail` and there is an invalid entry or a differing duplicate, or when more
   *   than half of the entries are invalid
   */
  finish(policy: InvalidEntryPolicy): ParsedDocument {
    this.takeOutContradictions();
    if (policy === 'fail') this.refuseIfAnyInvalid();
    this.refuseIfMostlyInvalid();
    this.rejections.sort((a, b) => a.order - b.order);
    return {
      entries: Array.from(this.accepted.values(), (entry) => entry.document),
      rejected: this.rejections
        .slice(0, MAX_REJECTED_ENTRIES)
        .map(({ name, version, path, reason }) => ({ name, version, path, reason })),
      rejectedCount: this.rejections.length,
    };
  }

  /** Of differing duplicates none is better than another, so all copies go. */
  private takeOutContradictions(): void {
    for (const [key, copies] of this.copies) {
      const [first, ...others] = copies;
      if (!first || others.every((other) => isSameDocument(first.document, other.document))) continue;
      this.accepted.delete(key);
      const places = copies.map((copy) => dottedPath(copy.path)).join(', ');
      for (const { document, path, order } of copies) {
        const message = `${fullName(document)} is given more than once with different content (${places})`;
        const { name, version } = document;
        this.rejections.push({
          name,
          version,
          path: jsonPointer(path),
          reason: message,
          order,
          failure: 'storage',
          message,
        });
      }
    }
  }

  private refuseIfAnyInvalid(): void {
    const invalid = this.rejections.filter((rejection) => rejection.failure === 'validation');
    if (invalid.length > 0) throw new DocumentError(`registry schema validation failed: ${listProblems(invalid)}`);
    if (this.rejections.length === 0) return;
    throw new DocumentError(listProblems(this.rejections), { failure: 'storage' });
  }

  private refuseIfMostlyInvalid(): void {
    const invalid = this.rejections.length;
    if (invalid * 2 <= this.count) return;
    throw new DocumentError(
      `registry schema validation failed: ${invalid} of ${this.count} entries are invalid, which is more than half: ${listProblems(this.rejections)}`,
    );
  }
}

function listProblems(rejections: readonly Rejection[]): string {
  const messages = new Set(rejections.map((rejection) => rejection.message));
  const shown = [...messages].slice(0, MAX_REPORTED_PROBLEMS);
  const hidden = messages.size - shown.length;
  return shown.join('; ') + (hidden > 0 ? `; and ${hidden} more` : '');
}
