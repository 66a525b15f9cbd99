import type { ConfigPath } from '../file/config-node.js';
import type { ProblemList } from '../problem.js';

/** Reports problems of one item of a list: paths and messages begin with the item's. */
export class Report {
  constructor(
    private readonly problems: ProblemList,
    private readonly path: ConfigPath,
    /** Begins every message: `source[0] (local): `. */
    private readonly prefix: string,
  ) {}

  /** @param path - the way from the item to the key */
  add(path: ConfigPath, message: string): void {
    this.problems.add([...this.path, ...path], `${this.prefix}${message}`);
  }

  /** Like {@link add}, for checks that give a message or undefined. */
  addIf(path: ConfigPath, message: string | undefined): void {
    if (message !== undefined) this.add(path, message);
  }
}
