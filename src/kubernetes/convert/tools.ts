import { errorText } from '../../common/error-text.js';
import { isJsonObject, type JsonObject } from '../../common/json-object.js';

/** Deeper documents cannot be kept: writing them again would overflow the stack. */
const MAX_DEPTH = 100;

/** What an annotation about tools holds: undefined when nothing is to be published, with a problem if that is a mistake. */
export interface AnnotatedTools<T> {
  readonly value?: readonly T[] | undefined;
  readonly problem?: string | undefined;
}

/** Optional members of an MCP tool besides `name`, `inputSchema` and `annotations`, and what type each has. */
const OPTIONAL_MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  _meta: isJsonObject,
  title: isFilledText,
  description: isFilledText,
  outputSchema: isJsonObject,
  icons: Array.isArray,
  execution: isJsonObject,
};

function isFilledText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function readList(annotation: string | undefined): AnnotatedTools<unknown> {
  if (annotation === undefined || annotation === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(annotation);
  } catch (error) {
    return { problem: `not valid JSON: ${errorText(error)}` };
  }
  if (value === null) return {};
  if (!Array.isArray(value)) return { problem: 'must be a JSON array' };
  return value.length === 0 ? {} : { value };
}

/** Reads the annotation `tools`: a JSON array of strings (kubernetes spec 2). */
export function readTools(annotation: string | undefined): AnnotatedTools<string> {
  const { value, problem } = readList(annotation);
  if (value === undefined) return { problem };
  const names = value.filter((name) => typeof name === 'string');
  return names.length === value.length ? { value: names } : { problem: 'must hold strings only' };
}

/**
 * Members in the order of their names on every level, as documents of the established server have them.
 * @throws RangeError beyond {@link MAX_DEPTH} levels
 */
function sorted(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw new RangeError(`is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member, depth + 1)]));
}

function findProblem(tool: JsonObject): string | undefined {
  for (const member of ['name', 'title', 'description']) {
    if (typeof (tool[member] ?? '') !== 'string') return `${member} must be a string`;
  }
  for (const member of ['inputSchema', 'outputSchema', 'annotations']) {
    if (!isJsonObject(tool[member] ?? {})) return `${member} must be an object`;
  }
  return undefined;
}

function toTool(tool: JsonObject): unknown {
  const optional = Object.entries(OPTIONAL_MEMBERS).filter(([member, isGiven]) => isGiven(tool[member]));
  return sorted({
    ...Object.fromEntries(optional.map(([member]) => [member, tool[member]])),
    name: tool.name ?? '',
    inputSchema: tool.inputSchema ?? {},
    annotations: tool.annotations ?? {},
  });
}

/**
 * Reads the annotation `tool-definitions`: a JSON array of MCP tools. Members that no tool has are dropped; `name`,
 * `inputSchema` and `annotations` are always there (kubernetes spec 2 and 10, row 12).
 */
export function readToolDefinitions(annotation: string | undefined): AnnotatedTools<unknown> {
  const { value, problem } = readList(annotation);
  if (value === undefined) return { problem };
  const tools: unknown[] = [];
  for (const [index, item] of value.entries()) {
    const tool = item ?? {};
    if (!isJsonObject(tool)) return { problem: `element [${index}] must be an object` };
    const found = findProblem(tool);
    if (found !== undefined) return { problem: `element [${index}]: ${found}` };
    try {
      tools.push(toTool(tool));
    } catch (error) {
      return { problem: `element [${index}]: ${errorText(error)}` };
    }
  }
  return { value: tools };
}
