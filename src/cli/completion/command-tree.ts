import type { Command, Option } from 'commander';

/** A flag as completion scripts see it. */
export interface FlagNode {
  /** `--config` */
  readonly long: string;
  /** `-n` */
  readonly short?: string;
  readonly description: string;
  /** Absent: the flag takes no value. */
  readonly value?: 'file' | 'other' | readonly string[];
}

/** A command as completion scripts see it. */
export interface CommandNode {
  /** The words after the program's name; none for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  /** Own and inherited flags. */
  readonly flags: readonly FlagNode[];
  /** Fixed words that the command takes as its argument. */
  readonly words: readonly string[];
  readonly children: readonly CommandNode[];
}

/** The shells that a script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof SHELLS)[number];

const VALUES: Readonly<Record<string, FlagNode['value']>> = {
  '--config': 'file',
  '--auth-mode': ['anonymous', 'oauth'],
  '--format': ['text', 'json'],
};

function flagOf(option: Option): FlagNode {
  const long = option.long ?? '';
  return {
    long,
    ...(option.short ? { short: option.short } : {}),
    description: option.description,
    ...(option.required ? { value: VALUES[long] ?? 'other' } : {}),
  };
}

function wordsOf(command: Command): readonly string[] {
  if (command.name() === 'completion') return SHELLS;
  return command.name() === 'help' ? (command.parent?.commands ?? []).map((other) => other.name()) : [];
}

/** Describes a command with everything below it. */
export function describeCommand(command: Command, inherited: readonly FlagNode[] = []): CommandNode {
  const own = command.options.map(flagOf);
  const path = command.parent ? [...pathOf(command.parent), command.name()] : [];
  return {
    path,
    description: command.summary() || command.description(),
    flags: [...own, ...inherited, { long: '--help', short: '-h', description: `help for ${command.name()}` }],
    words: wordsOf(command),
    children: command.commands.map((child) => describeCommand(child, [...own, ...inherited])),
  };
}

function pathOf(command: Command): string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : [];
}

/** The command and all below it. */
export function flatten(node: CommandNode): CommandNode[] {
  return [node, ...node.children.flatMap(flatten)];
}

/** All spellings of the flags of the whole program that take a value. */
export function valueFlags(root: CommandNode): FlagNode[] {
  const flags = flatten(root).flatMap((node) => node.flags.filter((flag) => flag.value !== undefined));
  return [...new Map(flags.map((flag) => [flag.long, flag])).values()];
}

/** `-n|--num-steps` */
export function spellings(flag: FlagNode): string[] {
  return flag.short ? [flag.short, flag.long] : [flag.long];
}
