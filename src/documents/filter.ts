import { InvalidInputError } from '../common/errors.js';
import type { FilterList, SourceFilter } from '../model/source-settings.js';
import type { EntryDocument } from './entry-document.js';
import { compileGlob } from './glob.js';

type NameTest = (name: string) => boolean;

function compileNames(list: readonly string[] | undefined): NameTest | undefined {
  if (!list || list.length === 0) return undefined;
  const tests = list.map((pattern) => compileGlob(pattern));
  return (name) => tests.some((test) => test(name));
}

function filterNames(list: FilterList | undefined): NameTest {
  const isIncluded = compileNames(list?.include);
  const isExcluded = compileNames(list?.exclude);
  return (name) => !isExcluded?.(name) && (isIncluded?.(name) ?? true);
}

function filterTags(list: FilterList | undefined): (tags: readonly string[]) => boolean {
  const include = list?.include?.length ? new Set(list.include) : undefined;
  const exclude = new Set(list?.exclude);
  return (tags) =>
    !tags.some((tag) => exclude.has(tag)) && (include === undefined || tags.some((tag) => include.has(tag)));
}

/** The name that filters look at: of a server its whole name, otherwise `<namespace>/<name>`. */
export function filteredName(entry: Pick<EntryDocument, 'kind' | 'namespace' | 'name'>): string {
  return entry.kind === 'server' ? entry.name : `${entry.namespace}/${entry.name}`;
}

/**
 * Compiles a source's filter (sync spec 4): any exclude match drops an entry; then, if the include list is not empty,
 * one include match is needed. Servers must pass names (globs) and tags (exact); skills and plugins only names.
 * @returns whether an entry is kept; keeps everything without a filter
 * @throws InvalidInputError naming the pattern that cannot be compiled
 */
export function compileFilter(filter: SourceFilter | null | undefined): (entry: EntryDocument) => boolean {
  const invalid = findInvalidPattern(filter);
  if (invalid !== undefined) throw new InvalidInputError(invalid);
  const passesNames = filterNames(filter?.names);
  const passesTags = filterTags(filter?.tags);
  return (entry) => passesNames(filteredName(entry)) && (entry.kind !== 'server' || passesTags(entry.facets.tags));
}

function findInvalidIn(patterns: readonly string[] | undefined, path: string): string | undefined {
  for (const [index, pattern] of (patterns ?? []).entries()) {
    try {
      compileGlob(pattern);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return `${path}[${index}]: invalid pattern ${JSON.stringify(pattern)}: ${error.message}`;
    }
  }
  return undefined;
}

/**
 * Finds the first name pattern of a filter that cannot be compiled.
 * @returns a message that names the member and the pattern, such as
 *   `filter.names.include[0]: invalid pattern "[": unterminated "["`; undefined when all are good
 */
export function findInvalidPattern(filter: SourceFilter | null | undefined): string | undefined {
  return (
    findInvalidIn(filter?.names?.include, 'filter.names.include') ??
    findInvalidIn(filter?.names?.exclude, 'filter.names.exclude')
  );
}
