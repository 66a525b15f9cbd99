import type { Command } from 'commander';
import { UsageError } from './usage-error.js';

const TRUE = /^(?:1|t|T|TRUE|true|True)$/;
const FALSE = /^(?:0|f|F|FALSE|false|False)$/;

function switchesOf(command: Command): string[] {
  const own = command.options.filter((option) => option.isBoolean());
  const spellings = own.flatMap(({ long, short }) => [long, short]).filter((flag) => flag !== undefined);
  return [...spellings, ...command.commands.flatMap(switchesOf)];
}

/**
 * Takes the values off switches: `--debug=true` is `--debug`, `--debug=false` is no flag at all (operations spec 3 lets
 * every flag have its value behind `=`). Words behind `--` stay.
 * @throws UsageError when the value is neither true nor false
 */
export function withoutSwitchValues(argv: readonly string[], program: Command): string[] {
  const switches = new Set(switchesOf(program));
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const words = argv.slice(0, end).flatMap((word) => {
    const [, flag = '', value = ''] = /^(--?[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (!switches.has(flag)) return [word];
    if (TRUE.test(value)) return [flag];
    if (FALSE.test(value)) return [];
    throw new UsageError(`invalid argument "${value}" for ${flag}: expected true or false`);
  });
  return [...words, ...argv.slice(end)];
}
