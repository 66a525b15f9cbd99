import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { extname, isAbsolute, join, normalize, sep } from 'node:path';
import { ConfigError } from '../config-error.js';
import type { ConfigNode, MappingNode } from './config-node.js';
import { readJson } from './json-reader.js';
import { ConfigSyntaxError } from './syntax-error.js';
import { readToml } from './toml-reader.js';
import { readYaml } from './yaml-reader.js';
import { errorText } from '../../common/error-text.js';

const MAX_LINKS = 255;

const READERS: Readonly<Record<string, (text: string) => ConfigNode>> = {
  '.yaml': readYaml,
  '.yml': readYaml,
  '.json': readJson,
  '.toml': readToml,
};

/**
 * Resolves symbolic links step by step and keeps a relative path relative, unlike `realpath`: whether it climbs out of
 * the working directory is judged afterwards, and a link may lead anywhere by an absolute target.
 */
function resolveLinks(path: string): string {
  const pending = normalize(path).split(sep).filter(Boolean);
  let resolved = isAbsolute(path) ? sep : '';
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const next = join(resolved, name);
    if (!lstatSync(next).isSymbolicLink()) {
      resolved = next;
      continue;
    }
    if (++links > MAX_LINKS)
      throw new ConfigError(`configuration file "${path}" has too many levels of symbolic links`);
    const target = readlinkSync(next);
    if (isAbsolute(target)) resolved = sep;
    pending.unshift(...target.split(sep).filter(Boolean));
  }
  return resolved;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a directory';
  return errorText(error);
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`cannot read configuration file "${path}": ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * The text of a file, without a byte order mark. Bytes that are no UTF-8 would otherwise turn into other names and paths
 * than the ones meant.
 */
function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  const lines = bytes.toString('latin1').split('\n');
  const line = lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1')));
  const column = Buffer.from(lines[line] ?? '', 'latin1')
    .toString('utf8')
    .indexOf('\uFFFD');
  throw new ConfigSyntaxError([{ message: 'not valid UTF-8', position: { line: line + 1, column: column + 1 } }]);
}

/** The top level of a document; an empty one is an empty mapping. */
function topLevel(node: ConfigNode): MappingNode {
  if (node.kind === 'mapping') return node;
  if (node.kind === 'scalar' && node.value === null) return { kind: 'mapping', members: [] };
  const position = node.position ?? { line: 1, column: 1 };
  throw new ConfigSyntaxError([{ message: 'the top level must be a mapping of keys', position }]);
}

/**
 * Reads the file that `--config` names (operations spec 1.1). Symbolic links are resolved first; the result is accepted
 * when absolute, or relative without climbing out of the working directory. The extension of the resolved path decides
 * the format: `.yaml`, `.yml`, `.json` or `.toml`.
 * @throws ConfigError when the file cannot be read or has another extension, ConfigSyntaxError when it is not well formed
 */
export function readConfigFile(path: string): MappingNode {
  if (path === '') throw new ConfigError('the path of the configuration file is empty');
  const resolved = attempt(path, () => resolveLinks(path));
  if (resolved.split(sep)[0] === '..') {
    throw new ConfigError(
      `configuration file "${path}" must not lie outside the working directory when its path is relative`,
    );
  }
  const extension = extname(resolved);
  const read = READERS[extension.toLowerCase()];
  if (!read) {
    throw new ConfigError(`unsupported config type "${extension}" of "${path}": use .yaml, .yml, .json or .toml`);
  }
  return topLevel(read(decode(attempt(path, () => readFileSync(resolved)))));
}
