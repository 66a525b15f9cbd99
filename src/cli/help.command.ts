import type { Command } from 'commander';
import { SHELLS } from './completion/command-tree.js';
import { UsageError } from './usage-error.js';

/** Adds `help [COMMAND…]`, which prints what `COMMAND… --help` prints. */
export function addHelpCommand(program: Command): void {
  program
    .command('help')
    .description('Help about any command')
    .argument('[command...]')
    .action((words: string[]) => {
      let topic = program;
      for (const word of words) {
        const next = topic.commands.find((command) => command.name() === word);
        // `completion bash` is a command to people, though its shells are words that it takes.
        if (!next && topic.name() === 'completion' && SHELLS.some((shell) => shell === word)) break;
        if (!next) throw new UsageError(`unknown help topic "${words.join(' ')}"`);
        topic = next;
      }
      topic.outputHelp();
    });
}
