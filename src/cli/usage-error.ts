import type { CommanderError } from 'commander';

/** The command line cannot be understood; the message names the flag or argument. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

function firstQuoted(message: string): string {
  return /'([^']*)'/.exec(message)?.[1] ?? '';
}

/** The long spelling of a flag out of commander's declaration, such as `-n, --num-steps <number>`. */
function longFlag(declaration: string): string {
  return /--[\w-]+/.exec(declaration)?.[0] ?? declaration;
}

/** Says what is wrong with the command line, in the words of the established server. */
export function usageMessage(error: CommanderError): string {
  switch (error.code) {
    case 'commander.unknownOption':
      return `unknown flag: ${firstQuoted(error.message).replace(/=.*$/s, '')}`;
    case 'commander.optionMissingArgument':
      return `flag needs an argument: ${longFlag(firstQuoted(error.message))}`;
    default:
      return error.message.replace(/^error: /, '');
  }
}
