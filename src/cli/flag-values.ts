import type { Command } from 'commander';
import { UsageError } from './usage-error.js';

const TRUE = /^(?:1|t|T|TRUE|true|True)$/;
const FALSE = /^(?:0|f|F|FALSE|false|False)$/;

function switchesOf(command: Command): string[] {
  const own = command.options.filter((option) => option.isBoolean());
  const spellings = own.flatMap(({ long, short }) => [long, short]).filter((flag) => flag !== undefined);
  return [...spellings, ...command.commands.flatMap(switchesOf)];
}

/** The letters of flags that take a value. */
function lettersWithValue(command: Command): string[] {
  const own = command.options.filter((option) => !option.isBoolean()).map(({ short }) => short?.slice(1));
  return [...own.filter((letter) => letter !== undefined), ...command.commands.flatMap(lettersWithValue)];
}

/**
 * Spells `FLAG=VALUE` as commander reads it, since operations spec 3 lets every flag have its value behind `=`: `--debug=true`
 * is `--debug`, `--debug=false` no flag at all, and `-n=1` and `-yn=1` are `-n 1` and `-yn 1`. Words behind `--` stay.
 * @throws UsageError when the value of a switch is neither true nor false
 */
export function withSeparateValues(argv: readonly string[], program: Command): string[] {
  const switches = new Set(switchesOf(program));
  const letters = new Set(lettersWithValue(program));
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const words = argv.slice(0, end).flatMap((word) => {
    const [, flag = '', value = ''] = /^(--?[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (/^-\w+$/.test(flag) && letters.has(flag.slice(-1))) return [flag, value];
    if (!switches.has(flag)) return [word];
    if (TRUE.test(value)) return [flag];
    if (FALSE.test(value)) return [];
    throw new UsageError(`invalid argument "${value}" for ${flag}: expected true or false`);
  });
  return [...words, ...argv.slice(end)];
}
