import type { Writable } from 'node:stream';
import type { CliInput } from './cli-context.js';

const INTERRUPT = '\u0003';
const END = '\u0004';
const BACKSPACES = new Set(['\u0008', '\u007f']);

/**
 * Reads the first line of the input, without its line break.
 * @returns undefined when the input ends before anything came
 */
export async function readLine(stdin: CliInput): Promise<string | undefined> {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end).replace(/\r$/, '');
  }
  return text === '' ? undefined : text;
}

/** Reads the input to its end. */
export async function readAll(stdin: CliInput): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Applies what was typed to the text so far; `isDone` once the line or the input has ended. */
function edit(text: string, typed: string): { text: string; isDone: boolean } {
  const characters = [...text];
  for (const character of typed) {
    if (character === '\r' || character === '\n' || character === END)
      return { text: characters.join(''), isDone: true };
    if (character === INTERRUPT) throw new Error('interrupted');
    if (BACKSPACES.has(character)) characters.pop();
    else characters.push(character);
  }
  return { text: characters.join(''), isDone: false };
}

/**
 * Asks for a secret on a terminal without showing what is typed.
 * @throws Error when Control-C is typed
 */
export async function readHidden(stdin: CliInput, prompt: string, output: Pick<Writable, 'write'>): Promise<string> {
  output.write(prompt);
  stdin.setRawMode?.(true);
  try {
    let text = '';
    for await (const chunk of stdin) {
      const edited = edit(text, String(chunk));
      text = edited.text;
      if (edited.isDone) break;
    }
    return text;
  } finally {
    stdin.setRawMode?.(false);
    output.write('\n');
  }
}
