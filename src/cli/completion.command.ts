import type { Command } from 'commander';
import type { CliContext } from './cli-context.js';
import { bashScript } from './completion/bash.js';
import { describeCommand, SHELLS, type CommandNode, type Shell } from './completion/command-tree.js';
import { fishScript } from './completion/fish.js';
import { powershellScript } from './completion/powershell.js';
import { zshScript } from './completion/zsh.js';

const SCRIPTS: Readonly<Record<Shell, (name: string, root: CommandNode) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** Adds `completion`; without a shell, or with an unknown one, it prints its help. */
export function addCompletionCommand(program: Command, { stdout }: CliContext): void {
  const command = program
    .command('completion')
    .summary('Generate the autocompletion script for a shell')
    .description(
      `Generate the autocompletion script for a shell: ${SHELLS.join(', ')}. The script says how to load it.`,
    )
    .argument('[shell]')
    .allowExcessArguments(true)
    .action((wanted?: string) => {
      const shell = SHELLS.find((known) => known === wanted);
      if (shell) stdout.write(SCRIPTS[shell](program.name(), describeCommand(program)));
      else command.outputHelp();
    });
}
