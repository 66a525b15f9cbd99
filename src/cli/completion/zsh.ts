import { flatten, type CommandNode, type FlagNode } from './command-tree.js';

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Colons and brackets separate the parts of a specification. */
function escape(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
}

function functionName(node: CommandNode): string {
  return ['_thv_registry_api', ...node.path].join('_').replaceAll('-', '_');
}

function action(flag: FlagNode): string {
  if (flag.value === undefined) return '';
  if (flag.value === 'file') return ':file:_files';
  if (flag.value === 'other') return ':value: ';
  return `:value:(${flag.value.join(' ')})`;
}

function flagSpecs(flag: FlagNode): string[] {
  const suffix = `[${escape(flag.description)}]${action(flag)}`;
  const takesValue = flag.value !== undefined;
  const long = quote(`${flag.long}${takesValue ? '=' : ''}${suffix}`);
  return flag.short ? [quote(`${flag.short}${suffix}`), long] : [long];
}

function leaf(node: CommandNode): string {
  const specs = node.flags.flatMap(flagSpecs);
  if (node.words.length > 0) specs.push(quote(`1:word:(${node.words.join(' ')})`));
  return `${functionName(node)}() {
  _arguments -s ${specs.join(' \\\n    ')}
}
`;
}

function branch(node: CommandNode): string {
  const specs = [...node.flags.flatMap(flagSpecs), quote('1: :->command'), quote('*:: :->rest')];
  const commands = node.children.map((child) =>
    quote(`${child.path.at(-1)}:${escape(child.description.split('\n', 1)[0] ?? '')}`),
  );
  const cases = node.children.map((child) => `        ${child.path.at(-1)}) ${functionName(child)} ;;`);
  return `${functionName(node)}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
    ${commands.join('\n    ')}
  )
  _arguments -C -s ${specs.join(' \\\n    ')}
  case "$state" in
    command) _describe 'command' commands ;;
    rest)
      case "$words[1]" in
${cases.join('\n')}
      esac
      ;;
  esac
}
`;
}

/** A completion script for zsh. */
export function zshScript(name: string, root: CommandNode): string {
  const functions = flatten(root).map((node) => (node.children.length > 0 ? branch(node) : leaf(node)));
  return `#compdef ${name}
# zsh completion for ${name}
#
# Load it into this shell:   source <(${name} completion zsh)
# Load it into every shell:  ${name} completion zsh > "\${fpath[1]}/_${name}"

${functions.join('\n')}
if [ "$funcstack[1]" = "_${name}" ]; then
  _thv_registry_api "$@"
else
  compdef _thv_registry_api ${name}
fi
`;
}
