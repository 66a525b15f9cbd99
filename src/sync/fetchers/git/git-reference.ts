import { createHash } from 'node:crypto';
import type { GitSettings } from '../../../model/source-settings.js';
import { FetchError, SettingsError } from '../../pass-errors.js';

/** References of a remote: full name, or `HEAD`, to object id. */
export type RemoteRefs = ReadonlyMap<string, string>;

/** What of a repository is wanted. */
export type GitReference =
  /** The newest state of a branch, a tag, or whatever `HEAD` names. */
  | { readonly kind: 'ref'; readonly name: string }
  /** One commit, wherever it stands in the history of the branches and tags. */
  | { readonly kind: 'commit'; readonly id: string };

const COMMIT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i;

/**
 * Finds out what is wanted: at most one of branch, tag and commit; by default the remote's `HEAD`.
 * @throws SettingsError when more than one is given; FetchError for an abbreviated commit id
 */
export function wantedReference({ branch, tag, commit }: GitSettings): GitReference {
  if ([branch, tag, commit].filter(Boolean).length > 1) {
    throw new SettingsError('only one of branch, tag, or commit may be specified');
  }
  if (branch) return { kind: 'ref', name: `refs/heads/${branch}` };
  if (tag) return { kind: 'ref', name: `refs/tags/${tag}` };
  if (!commit) return { kind: 'ref', name: 'HEAD' };
  if (!COMMIT_ID.test(commit)) throw new FetchError(`git.commit must be a full commit id, not "${commit}"`);
  return { kind: 'commit', id: commit.toLowerCase() };
}

/** Prefixes of the references that have to be known to find the wanted one. */
export function referencePrefixes(reference: GitReference): readonly string[] {
  return reference.kind === 'ref' ? ['HEAD', reference.name] : ['HEAD', 'refs/heads/', 'refs/tags/'];
}

/**
 * A text that stays the same as long as the wanted reference cannot have changed: the object id of a reference; for a
 * commit, which never changes but may become unreachable, a digest of all branches and tags.
 * @returns undefined when the reference is not among those of the remote
 */
export function referenceFingerprint(reference: GitReference, refs: RemoteRefs): string | undefined {
  if (reference.kind === 'ref') return refs.get(reference.name);
  const lines = [...refs].map(([name, id]) => `${id} ${name}`).toSorted();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/**
 * Makes sure that a path is one that can stand in a tree: no leading slash, no empty, `.` or `..` segments.
 * @throws FetchError
 */
export function assertTreePath(path: string): void {
  const isExact = path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (!isExact || /[\0\n]/.test(path)) throw new FetchError(`file not found: ${path}`);
}
