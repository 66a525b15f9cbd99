// Writes the tables of the chart's README from the comments of its values.yaml: `# ## Title` begins a table, `# -- text`
// describes the key below. With --check nothing is written, and a stale README is an error.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const BEGIN = '<!-- Generated from values.yaml by `npm run docs:chart`; a test fails when it is stale. -->';
const END = '<!-- End of what is generated. -->';
const LONGEST_DEFAULT = 60;

const chart = new URL('../helm/toolhive-registry-server/', import.meta.url);
const valuesText = readFileSync(new URL('values.yaml', chart), 'utf8');
const values = parse(valuesText);

/** The sections of values.yaml: title, and rows of path and description in the order of the file. */
function readSections(text) {
  const sections = [];
  const path = [];
  let description;
  for (const line of text.split('\n')) {
    const title = /^# ## (.+)$/.exec(line);
    const opening = /^\s*# -- (.+)$/.exec(line);
    const continued = /^\s*# (.+)$/.exec(line);
    const key = /^(\s*)([A-Za-z][\w-]*):/.exec(line);
    if (title) sections.push({ title: title[1], rows: [] });
    else if (opening) description = opening[1];
    else if (continued && description) description += ` ${continued[1]}`;
    else if (key) {
      path.splice(key[1].length / 2, path.length, key[2]);
      if (description) sections.at(-1).rows.push({ path: [...path], description });
      description = undefined;
    }
  }
  return sections;
}

/** Paths of all values that no description covers, neither their own nor that of a block around them. */
function findUndescribed(value, described, path = []) {
  if (described.has(path.join('.'))) return [];
  const isBlock = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isBlock) return [path.join('.')];
  return Object.entries(value).flatMap(([key, member]) => findUndescribed(member, described, [...path, key]));
}

function formatDefault(path) {
  const value = path.reduce((block, key) => block[key], values);
  if (value === null || value === '') return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_DEFAULT ? 'see `values.yaml`' : `\`${text}\``;
}

function formatSection({ title, rows }) {
  const lines = rows.map(
    ({ path, description }) =>
      `| \`${path.join('.')}\` | ${formatDefault(path)} | ${description.replaceAll('|', '\\|')} |`,
  );
  return [`### ${title}`, '', '| Key | Default | Meaning |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

const sections = readSections(valuesText);
const described = new Set(sections.flatMap(({ rows }) => rows.map(({ path }) => path.join('.'))));
const undescribed = findUndescribed(values, described);
if (undescribed.length > 0) throw new Error(`values without a description: ${undescribed.join(', ')}`);

const file = new URL('README.md', chart);
const readme = readFileSync(file, 'utf8');
const [before, rest = ''] = readme.split(BEGIN);
const [, after = '\n'] = rest.split(END);
const current = `${before}${BEGIN}\n\n${sections.map(formatSection).join('\n')}\n${END}${after}`;
if (!process.argv.includes('--check')) writeFileSync(file, current);
else if (readme !== current) throw new Error('helm/toolhive-registry-server/README.md is stale: npm run docs:chart');
