import { ENVIRONMENT_VARIABLES } from '../environment-variables.js';
import { variableOf } from '../overrides.js';
import { DURATION_PATTERN } from '../schema/keys.js';
import { configJsonSchema, type JsonSchema } from './json-schema.js';

const INTRODUCTION = `# Configuration reference

<!-- Generated from src/config/schema by \`npm run docs:config\`; a test fails when it is stale. -->

\`serve\`, \`migrate\`, \`prime-db\`, \`import\` and \`validate\` read the file that \`--config\` names. Its extension decides the format:
\`.yaml\` or \`.yml\` (YAML 1.2 with anchors and merge keys), \`.json\` or \`.toml\`. Examples for the usual set-ups are in
[\`config/\`](../config); [\`configuration.schema.json\`](configuration.schema.json) is the JSON Schema for editors.

- **Precedence**: defaults, then the file, then the environment, then the flags.
- **Environment**: every key outside lists can be set by a variable, whether the file has it or not. Empty variables change
  nothing; lists are separated by commas.
- **Keys** match without regard to case. Unknown keys are warned about by their full path; keys of claims, headers and role
  rules are your own and keep their case.
- **Durations** are decimal numbers with a unit each: \`ns\`, \`us\`, \`ms\`, \`s\`, \`m\`, \`h\`, such as \`30m\` or \`1h30m\`.
- **Relative paths** are relative to the working directory of the process. Secrets are named by file and read when needed.
- \`thv-registry-api validate --config FILE\` reports all problems at once, with their places.
`;

interface Row {
  readonly key: string;
  readonly schema: JsonSchema;
  /** Absent inside lists. */
  readonly variable?: string;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll(/\s*\n\s*/g, ' ');
}

function code(value: unknown): string {
  if (value === undefined || value === '') return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.pattern === DURATION_PATTERN) return 'duration';
  if (schema.type === 'array') return `list of ${schema.items?.type === 'string' ? 'texts' : 'mappings'}`;
  const names: Readonly<Record<string, string>> = { string: 'text', object: 'mapping' };
  return names[schema.type ?? ''] ?? schema.type ?? '';
}

/** The keys below a block in the order of the schema, each block before its own keys. */
function rowsOf(schema: JsonSchema, prefix: string, path: readonly string[] | undefined): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const key = `${prefix}${name}`;
    const childPath = path && [...path, name];
    const isLeaf = child.properties === undefined && child.items?.type !== 'object';
    const row: Row = { key, schema: child, ...(childPath && isLeaf ? { variable: variableOf(childPath) } : {}) };
    const below = child.items?.properties
      ? rowsOf(child.items, `${key}[].`, undefined)
      : rowsOf(child, `${key}.`, childPath);
    return [row, ...below];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function section(name: string, schema: JsonSchema): string {
  const isList = schema.type === 'array';
  const rows = isList ? rowsOf(schema.items ?? {}, `${name}[].`, undefined) : rowsOf(schema, `${name}.`, [name]);
  const hasVariables = rows.some((row) => row.variable !== undefined);
  const head = ['Key', 'Type', 'Default', ...(hasVariables ? ['Variable'] : []), 'Meaning'];
  const cells = rows.map((row) => [
    code(row.key),
    typeOf(row.schema),
    code(row.schema.default),
    ...(hasVariables ? [code(row.variable)] : []),
    row.schema.description ?? '',
  ]);
  return `## ${code(name)}\n\n${schema.description ?? ''}\n\n${table(head, cells)}`;
}

function variables(): string {
  const rows = ENVIRONMENT_VARIABLES.map((variable) => [
    code(variable.name),
    variable.type,
    code(variable.default),
    variable.description,
  ]);
  const rule = 'Booleans are true when they are one of `1 t T TRUE true True`, and false otherwise.';
  return `## Environment variables without a key\n\n${rule}\n\n${table(['Variable', 'Type', 'Default', 'Meaning'], rows)}`;
}

/** The reference of all keys and variables, for people (`docs/configuration.md`). */
export function configReference(): string {
  const sections = Object.entries(configJsonSchema().properties ?? {}).map(([name, schema]) => section(name, schema));
  return [INTRODUCTION, ...sections, variables()].join('\n');
}
