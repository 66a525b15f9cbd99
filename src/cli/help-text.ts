import type { Command, Help, Option } from 'commander';

const HELP_FLAG = '-h, --help';

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

function column(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([term]) => term.length));
  return rows.map(([term, description]) => `  ${term.padEnd(width)}   ${description}`.trimEnd());
}

function flagRow(option: Option): [string, string] {
  const term = option.short ? option.flags : `    ${option.flags}`;
  const shown = option.defaultValue === undefined ? '' : ` (default ${JSON.stringify(option.defaultValue)})`;
  return [term, `${option.description}${shown}`];
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...column(rows)];
}

function inheritedOptions(command: Command): Option[] {
  return command.parent ? [...inheritedOptions(command.parent), ...command.parent.options] : [];
}

function usageLines(command: Command): string[] {
  const name = fullName(command);
  const words = command.registeredArguments.map((argument) => (argument.required ? argument.name().toUpperCase() : ''));
  const own = [name, ...words.filter(Boolean), '[flags]'].join(' ');
  return command.commands.length > 0 ? [`  ${own}`, `  ${name} [command]`] : [`  ${own}`];
}

/** The command with usage, subcommands, own and inherited flags, but without its description. */
export function formatUsage(command: Command): string {
  const flags: [string, string][] = command.options.map(flagRow);
  flags.push([HELP_FLAG, `help for ${command.name()}`]);
  const commands = command.commands.map((child): [string, string] => [
    child.name(),
    child.summary() || child.description(),
  ]);
  const lines = [
    'Usage:',
    ...usageLines(command),
    ...section('Available Commands', commands),
    ...section('Flags', flags),
    ...section('Global Flags', inheritedOptions(command).map(flagRow)),
  ];
  if (command.commands.length > 0) {
    lines.push('', `Use "${fullName(command)} [command] --help" for more information about a command.`);
  }
  return `${lines.join('\n')}\n`;
}

/** What `--help` prints; the signature is commander's `formatHelp`. */
export function formatHelp(command: Command, _helper: Help): string {
  return `${command.description()}\n\n${formatUsage(command)}`;
}
