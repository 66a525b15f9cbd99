/** One instruction of a Dockerfile, continuation lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** A stage: its base, its name where it has one, and its instructions without FROM. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The instructions of a Dockerfile in order. @throws Error when a line is none */
export function readInstructions(dockerfile: string): Instruction[] {
  const lines = dockerfile.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replace(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => {
      const [, name, text] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? [];
      if (!name || !text) throw new Error(`not an instruction: ${line}`);
      return { name, text };
    });
}

/** The stages of a Dockerfile; arguments before the first FROM are filled in. */
export function readStages(dockerfile: string): Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  const defaults = new Map<string, string>();
  for (const instruction of readInstructions(dockerfile)) {
    const current = stages.at(-1);
    if (instruction.name === 'FROM') {
      const [, base = '', name] = /^(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?$/.exec(instruction.text) ?? [];
      stages.push({ base: base.replace(/\$\{(\w+)\}/g, (_, key) => defaults.get(key) ?? ''), name, instructions: [] });
    } else if (current) current.instructions.push(instruction);
    else if (instruction.name === 'ARG') defaults.set(...(instruction.text.split('=') as [string, string]));
  }
  return stages;
}
