import { flatten, type CommandNode, type FlagNode } from './command-tree.js';

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** True exactly when the words typed so far lead to this command. */
function condition(path: readonly string[], children: readonly CommandNode[]): string {
  if (path.length === 0) return '__fish_use_subcommand';
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  const deeper = children.map((child) => child.path.at(-1)).join(' ');
  return deeper === '' ? seen : `${seen}; and not __fish_seen_subcommand_from ${deeper}`;
}

function flagLine(name: string, when: string, flag: FlagNode): string {
  const parts = [`complete -c ${name}`, `-n ${quote(when)}`, `-l ${flag.long.slice(2)}`];
  if (flag.short) parts.push(`-s ${flag.short.slice(1)}`);
  if (flag.value === undefined) parts.push('-f');
  else if (flag.value === 'file') parts.push('-r -F');
  else if (flag.value === 'other') parts.push('-x');
  else parts.push(`-x -a ${quote(flag.value.join(' '))}`);
  parts.push(`-d ${quote(flag.description)}`);
  return parts.join(' ');
}

function commandLines(name: string, node: CommandNode): string[] {
  const when = condition(node.path, node.children);
  const children = node.children.map((child) => {
    const description = child.description.split('\n', 1)[0] ?? '';
    return `complete -c ${name} -f -n ${quote(when)} -a ${child.path.at(-1)} -d ${quote(description)}`;
  });
  const words =
    node.words.length === 0 ? [] : [`complete -c ${name} -f -n ${quote(when)} -a ${quote(node.words.join(' '))}`];
  return [...children, ...words, ...node.flags.map((flag) => flagLine(name, when, flag))];
}

/** A completion script for fish. */
export function fishScript(name: string, root: CommandNode): string {
  return `# fish completion for ${name}
#
# Load it into this shell:   ${name} completion fish | source
# Load it into every shell:  ${name} completion fish > ~/.config/fish/completions/${name}.fish

complete -c ${name} -f
${flatten(root)
  .flatMap((node) => commandLines(name, node))
  .join('\n')}
`;
}
