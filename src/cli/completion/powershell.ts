import { flatten, spellings, valueFlags, type CommandNode, type FlagNode } from './command-tree.js';

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function list(items: readonly string[]): string {
  return `@(${items.map(quote).join(', ')})`;
}

function entry(text: string, description: string): string {
  return `@(${quote(text)}, ${quote(description.split('\n', 1)[0] ?? '')})`;
}

function commandEntry(node: CommandNode): string {
  const children = node.children.map((child) => entry(child.path.at(-1) ?? '', child.description));
  const words = node.words.map((word) => entry(word, word));
  const flags = node.flags.flatMap((flag) => spellings(flag).map((spelling) => entry(spelling, flag.description)));
  return `    ${quote(node.path.join(' '))} = @(${[...children, ...words, ...flags].map((item) => `,${item}`).join('; ')})`;
}

function valueEntry(flag: FlagNode): string {
  const values = Array.isArray(flag.value) ? (flag.value as readonly string[]) : [];
  return spellings(flag)
    .map((spelling) => `    ${quote(spelling)} = ${list(values)}`)
    .join('\n');
}

/** A completion script for PowerShell. */
export function powershellScript(name: string, root: CommandNode): string {
  return `# PowerShell completion for ${name}
#
# Load it into this shell:   ${name} completion powershell | Out-String | Invoke-Expression
# Load it into every shell:  add that line to the file that $PROFILE names

Register-ArgumentCompleter -Native -CommandName ${quote(name)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  # Command path to what may follow it: text and description.
  $candidates = @{
${flatten(root).map(commandEntry).join('\n')}
  }
  # Flags that take a value, and the values where they are known.
  $values = @{
${valueFlags(root).map(valueEntry).join('\n')}
  }

  $path = ''
  $previous = ''
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $word = $element.ToString()
    $isValue = $values.ContainsKey($previous)
    $previous = $word
    if ($isValue -or $word.StartsWith('-')) { continue }
    $next = ("$path $word").Trim()
    if ($candidates.ContainsKey($next)) { $path = $next }
  }

  if ($values.ContainsKey($previous)) {
    $values[$previous] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    return
  }
  $candidates[$path] | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}
