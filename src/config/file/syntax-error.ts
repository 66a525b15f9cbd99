import { ConfigError } from '../config-error.js';
import type { Position } from './config-node.js';

/** One place where the file is not well formed. */
export interface SyntaxProblem {
  readonly message: string;
  readonly position: Position;
}

/** The file is no well-formed YAML, JSON or TOML; holds every place that the parser complained about, at least one. */
export class ConfigSyntaxError extends ConfigError {
  constructor(readonly problems: readonly SyntaxProblem[]) {
    const [first] = problems;
    super(
      first
        ? `cannot parse the file: line ${first.position.line}, column ${first.position.column}: ${first.message}`
        : 'cannot parse the file',
    );
  }
}
