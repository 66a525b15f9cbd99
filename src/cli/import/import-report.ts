import { maskUrlPasswords } from '../../common/url-password.js';

/** What is counted on its own. */
export type ImportedResource = 'sources' | 'registries' | 'entries' | 'versions';

/** What became of the resources of one sort. */
export interface ImportCounts {
  created: number;
  /** There already, and left as it is, whatever it looks like. */
  alreadyThere: number;
  /** Left out; {@link ImportSummary.skipped} says why. */
  skipped: number;
}

/** Something that was left out. */
export interface SkippedResource {
  readonly resource: 'source' | 'registry' | 'entry' | 'version';
  /** Of an entry `kind name`, of a version `kind name@version`. */
  readonly name: string;
  readonly reason: string;
}

/** What the command prints. */
export type ImportSummary = Readonly<Record<ImportedResource, Readonly<ImportCounts>>> & {
  readonly dryRun: boolean;
  /** In the order in which they were met, at most a thousand. */
  readonly skipped: readonly SkippedResource[];
};

const MAX_SKIPPED = 1000;

const COUNTED_AS = { source: 'sources', registry: 'registries', entry: 'entries', version: 'versions' } as const;

/** Counts what an import does. */
export class ImportReport {
  readonly #counts: Record<ImportedResource, ImportCounts> = {
    sources: { created: 0, alreadyThere: 0, skipped: 0 },
    registries: { created: 0, alreadyThere: 0, skipped: 0 },
    entries: { created: 0, alreadyThere: 0, skipped: 0 },
    versions: { created: 0, alreadyThere: 0, skipped: 0 },
  };
  readonly #skipped: SkippedResource[] = [];

  count(resource: ImportedResource, outcome: keyof ImportCounts, number = 1): void {
    this.#counts[resource][outcome] += number;
  }

  /** Counts something that was left out, and notes why. */
  skip(resource: SkippedResource['resource'], name: string, reason: string): void {
    this.count(COUNTED_AS[resource], 'skipped');
    if (this.#skipped.length < MAX_SKIPPED) this.#skipped.push({ resource, name, reason: maskUrlPasswords(reason) });
  }

  summary(dryRun: boolean): ImportSummary {
    return { dryRun, ...this.#counts, skipped: this.#skipped };
  }
}
