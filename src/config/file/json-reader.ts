import type { ConfigNode } from './config-node.js';
import { ConfigSyntaxError } from './syntax-error.js';
import { readYaml } from './yaml-reader.js';

function syntaxError(text: string): SyntaxError | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/** Whether no continuation makes this beginning of a document JSON: the parser stumbled before its end. */
function isBroken(beginning: string): boolean {
  const message = syntaxError(beginning)?.message;
  if (message === undefined || message.includes('end of JSON input')) return false;
  const offset = /position (\d+)/.exec(message)?.[1];
  return offset === undefined || Number(offset) < beginning.length;
}

/** The parser does not always say where it stumbled: at the end of the shortest beginning that is broken. */
function findErrorOffset(text: string): number {
  let sound = 0;
  let broken = text.length + 1;
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2);
    if (isBroken(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  return broken - 1;
}

/** The parser's message without the piece of the document that it quotes, which may hold a secret. */
function reasonOf({ message }: SyntaxError): string {
  return message.replace(/(, (\.\.\.)?"| in JSON at position| is not valid JSON).*$/s, '');
}

/**
 * Reads a JSON document. It has to be strict JSON, without the liberties that YAML would allow; everything else is left
 * to {@link readYaml}, which knows positions and refuses duplicate keys.
 * @throws ConfigSyntaxError
 */
export function readJson(text: string): ConfigNode {
  if (text.trim() === '') return readYaml('');
  const error = syntaxError(text);
  if (!error) return readYaml(text);
  const before = text.slice(0, findErrorOffset(text)).split('\n');
  const position = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  throw new ConfigSyntaxError([{ message: `not valid JSON: ${reasonOf(error)}`, position }]);
}
