import { flatten, spellings, valueFlags, type CommandNode, type FlagNode } from './command-tree.js';

function candidates(node: CommandNode): string {
  return [...node.children.map((child) => child.path.at(-1) ?? ''), ...node.words].join(' ');
}

function valueCase(flag: FlagNode): string {
  const pattern = spellings(flag).join('|');
  if (flag.value === 'file') return `    ${pattern}) COMPREPLY=($(compgen -f -- "$current")); return ;;`;
  if (flag.value === 'other' || !flag.value) return `    ${pattern}) return ;;`;
  return `    ${pattern}) COMPREPLY=($(compgen -W "${flag.value.join(' ')}" -- "$current")); return ;;`;
}

function commandCase(node: CommandNode): string {
  const flags = node.flags.flatMap(spellings).join(' ');
  return `    "${node.path.join(' ')}") words="${candidates(node)}"; flags="${flags}" ;;`;
}

/** A completion script for bash. */
export function bashScript(name: string, root: CommandNode): string {
  const nodes = flatten(root);
  const paths = nodes.filter((node) => node.path.length > 0).map((node) => `"${node.path.join(' ')}"`);
  const taking = valueFlags(root);
  return `# bash completion for ${name}
#
# Load it into this shell:   source <(${name} completion bash)
# Load it into every shell:  ${name} completion bash > /etc/bash_completion.d/${name}

_thv_registry_api() {
  local current previous path word words flags index skip
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  path=""
  skip=""
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n "$skip" ]]; then
      skip=""
      continue
    fi
    case "$word" in
      ${taking.flatMap(spellings).join('|')}) skip=1; continue ;;
      -*) continue ;;
    esac
    case "\${path:+$path }$word" in
      ${paths.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$previous" in
${taking.map(valueCase).join('\n')}
  esac
  words=""
  flags=""
  case "$path" in
${nodes.map(commandCase).join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}

complete -F _thv_registry_api ${name}
`;
}
