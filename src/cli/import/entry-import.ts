import { findInvalidClaim, isUnclaimed, sameClaims, type Claims } from '../../claims/claims.js';
import { InvalidInputError } from '../../common/errors.js';
import type { EntryDocument } from '../../documents/entry-document.js';
import type { AdoptedVersion } from '../../entries/adopted-versions.js';
import { assertStorable } from '../../entries/entry-staging.js';
import type { EstablishedEntry, EstablishedVersion } from './established-rows.js';
import type { ImportReport } from './import-report.js';
import type { EntryName, ImportTarget, StoredEntry } from './import-target.js';
import { rebuildDocument } from './rebuild-document.js';

/** An entry as this server has them: versions of one kind, namespace and name. */
interface Candidate extends EntryName {
  readonly from: EstablishedEntry;
  readonly versions: { readonly from: EstablishedVersion; readonly document: EntryDocument }[];
}

function keyOf({ kind, namespace, name }: EntryName): string {
  return JSON.stringify([kind, namespace, name]);
}

function labelOf({ kind, namespace, name }: EntryName): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** @throws InvalidInputError when the claims cannot be compared with those of callers */
function claimsOf({ claims }: EstablishedEntry): Claims | null {
  const problem = findInvalidClaim(claims ?? {});
  if (problem !== undefined) throw new InvalidInputError(problem);
  return isUnclaimed(claims as Claims | null) ? null : (claims as Claims);
}

function toAdopted(
  candidate: Candidate,
  { from, document }: Candidate['versions'][number],
  claims: Claims | null,
  isNew: boolean,
): AdoptedVersion {
  const { createdAt, updatedAt } = candidate.from;
  return {
    document,
    claims,
    publicId: from.id,
    publishedAt: from.createdAt,
    statusChangedAt: document.status === 'active' ? from.createdAt : from.updatedAt,
    updatedAt: from.updatedAt,
    ...(isNew ? { entry: { createdAt, updatedAt } } : {}),
  };
}

/** Brings over the entries of one source. What the target has is never changed. */
export class EntryImport {
  constructor(
    private readonly target: ImportTarget,
    private readonly sourceId: number,
    private readonly report: ImportReport,
  ) {}

  /** Adds what is missing of some entries, each of which comes whole. */
  async run(entries: readonly EstablishedEntry[]): Promise<void> {
    const candidates = entries.flatMap((entry) => this.#toCandidates(entry));
    const stored = await this.target.findEntries(this.sourceId, candidates);
    const storedByKey = new Map(stored.map((entry) => [keyOf(entry), entry]));
    const missing = candidates.flatMap((candidate) => this.#missingOf(candidate, storedByKey.get(keyOf(candidate))));
    if (missing.length > 0) await this.target.adopt(this.sourceId, missing);
  }

  /** Skills and plugins of one name may be in several namespaces, which makes them several entries here. */
  #toCandidates(entry: EstablishedEntry): Candidate[] {
    const found = new Map<string, Candidate>();
    for (const from of entry.versions) {
      const document = this.#rebuild(entry, from);
      if (!document) continue;
      const { kind, namespace, name } = document;
      const candidate = found.get(namespace) ?? { kind, namespace, name, from: entry, versions: [] };
      candidate.versions.push({ from, document });
      found.set(namespace, candidate);
    }
    if (found.size === 0) this.report.skip('entry', `${entry.kind} ${entry.name}`, 'none of its versions can be kept');
    return [...found.values()];
  }

  #rebuild(entry: EstablishedEntry, version: EstablishedVersion): EntryDocument | undefined {
    try {
      const document = rebuildDocument(entry, version);
      assertStorable(document);
      return document;
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      this.report.skip('version', `${entry.kind} ${entry.name}@${version.version}`, error.message);
      return undefined;
    }
  }

  #missingOf(candidate: Candidate, stored: StoredEntry | undefined): AdoptedVersion[] {
    const missing = candidate.versions.filter(({ document }) => !stored?.versions.includes(document.version));
    this.report.count('versions', 'alreadyThere', candidate.versions.length - missing.length);
    if (stored) this.report.count('entries', 'alreadyThere');
    try {
      const claims = claimsOf(candidate.from);
      if (stored && missing.length > 0 && !sameClaims(stored.claims, claims)) {
        throw new InvalidInputError('the target has the entry with other claims');
      }
      if (!stored) this.report.count('entries', 'created');
      this.report.count('versions', 'created', missing.length);
      return missing.map((version) => toAdopted(candidate, version, claims, !stored));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      this.#skipMissing(candidate, missing, stored === undefined, error.message);
      return [];
    }
  }

  #skipMissing(candidate: Candidate, missing: Candidate['versions'], isNew: boolean, reason: string): void {
    const label = labelOf(candidate);
    if (isNew) this.report.skip('entry', label, reason);
    for (const { document } of missing) this.report.skip('version', `${label}@${document.version}`, reason);
  }
}
