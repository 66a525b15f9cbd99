/** Members and indices that lead from the root of a value to a place inside. */
export type Path = readonly (string | number)[];

/** What is wrong with a value, and where. */
export interface Problem {
  /** Leads to the offending value; to where a missing member would stand. */
  readonly path: Path;
  /** A predicate: `must be a string`, `is required`. */
  readonly text: string;
  /** The member is absent, so a JSON Pointer can only name its parent. */
  readonly isMissing?: boolean;
}

/** Moves a problem of a member up into its parent. */
export function within(key: string | number, problem: Problem | undefined): Problem | undefined {
  return problem && { ...problem, path: [key, ...problem.path] };
}

/** The path as messages write it: `data.servers.1.name`. */
export function dottedPath(path: Path): string {
  return path.join('.');
}

/** `description must be a string`, with the dotted path in front; `subject` names the value itself. */
export function sentence(problem: Problem, base: Path = [], subject = 'the value'): string {
  return `${dottedPath([...base, ...problem.path]) || subject} ${problem.text}`;
}

/** RFC 6901. */
export function jsonPointer(path: Path): string {
  return path.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** JSON Pointer of a problem's place: of the parent when the member is missing. */
export function problemPointer(problem: Problem, base: string): string {
  return base + jsonPointer(problem.isMissing ? problem.path.slice(0, -1) : problem.path);
}
