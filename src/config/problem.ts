import type { ConfigPath, Position } from './file/config-node.js';

/** Something that is wrong with the configuration. */
export interface Problem {
  readonly path: ConfigPath;
  /** One line that names the key and what was expected; never holds a secret. */
  readonly message: string;
  /** Where it stands; absent: where the path stands. */
  readonly position?: Position;
}

/** Collects problems in the order in which they are found. */
export class ProblemList {
  private readonly problems: Problem[] = [];

  add(path: ConfigPath, message: string): void {
    this.problems.push({ path, message });
  }

  get all(): readonly Problem[] {
    return this.problems;
  }
}
