/** Words of the language that may stand where the name of a metric may; functions are told by their parenthesis. */
const WORDS = new Set([
  'and',
  'or',
  'unless',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'offset',
]);

/**
 * The names of the metrics that an expression selects, each once.
 * Strings, label matchers, ranges and lists of labels are taken out; of the words that are left those that are not followed
 * by a parenthesis are metrics.
 */
export function metricNamesOf(expression: string): string[] {
  const bare = expression
    .replace(/"(?:[^"\\]|\\.)*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const words = bare.match(/\b[a-zA-Z_:][\w:]*\b(?!\s*\()/g) ?? [];
  return [...new Set(words.filter((word) => !WORDS.has(word)))];
}
