import { Injectable } from '@nestjs/common';
import { isJsonObject } from '../../common/json-object.js';
import type { JsonValue } from '../../common/exact-json.js';
import type { GitSettings } from '../../model/source-settings.js';
import { withDeadline } from '../deadline.js';
import { FetchError } from '../pass-errors.js';
import { readSecretFile } from '../secret-file.js';
import type { DocumentFetcher, FetchContext, FetchedDocument } from './document-fetcher.js';
import { GitProgram } from './git/git-program.js';
import {
  assertTreePath,
  referenceFingerprint,
  referencePrefixes,
  wantedReference,
  type GitReference,
} from './git/git-reference.js';
import { openRemote, type GitRemote } from './git/git-remote.js';
import { parseGitUrl, type GitUrl } from './git/git-url.js';
import { removeStaleWorkspaces } from './git/git-workspace.js';

const DEFAULT_PATH = 'registry.json';
/** What git stores in place of a file that Git LFS keeps elsewhere begins so. */
const LFS_POINTER = Buffer.from('version https://git-lfs.github.com/spec/');
const LIST_LIMIT_MS = 60_000;
const FETCH_LIMIT_MS = 600_000;

async function withCredentials(url: GitUrl, { auth }: GitSettings): Promise<GitUrl> {
  if (url.transport !== 'http' || !auth?.username || !auth.passwordFile) return url;
  const password = await readSecretFile(auth.passwordFile, 'git.auth.passwordFile');
  const userinfo = Buffer.from(`${auth.username}:${password.reveal()}`).toString('base64');
  return { ...url, authorization: `Basic ${userinfo}` };
}

async function fingerprintOf(
  remote: GitRemote,
  reference: GitReference,
  repository: string,
  signal: AbortSignal,
): Promise<string> {
  const refs = await remote.listRefs(referencePrefixes(reference), signal);
  const isEmpty = refs.size === 0 && (await remote.listRefs([], signal)).size === 0;
  if (isEmpty) throw new FetchError(`remote repository is empty: ${repository}`);
  const fingerprint = referenceFingerprint(reference, refs);
  if (fingerprint !== undefined) return fingerprint;
  throw new FetchError(`reference not found: ${reference.kind === 'ref' ? reference.name : reference.id}`);
}

function lastFingerprint(state: JsonValue): string | undefined {
  const value = isJsonObject(state) ? state.fingerprint : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * Gets a file of a git repository (sync spec 2.2). The remote is first asked for its references: as long as the wanted one
 * has not moved, that is all.
 */
@Injectable()
export class GitSourceFetcher implements DocumentFetcher<GitSettings> {
  constructor(private readonly program: GitProgram) {}

  /** Tidies up after processes that were killed. */
  async onApplicationBootstrap(): Promise<void> {
    await removeStaleWorkspaces();
  }

  async fetch(settings: GitSettings, { http, state, signal }: FetchContext): Promise<FetchedDocument | undefined> {
    const reference = wantedReference(settings);
    const path = settings.path || DEFAULT_PATH;
    assertTreePath(path);
    const url = await withCredentials(parseGitUrl(settings.repository), settings);
    const what = `git repository ${url.url}`;
    const remote = openRemote(url, this.program, http);
    const fingerprint = await withDeadline(signal, { what, limitMs: LIST_LIMIT_MS }, (limited) =>
      fingerprintOf(remote, reference, url.url, limited),
    );
    if (fingerprint === lastFingerprint(state)) return undefined;
    const { bytes, objectId } = await withDeadline(signal, { what, limitMs: FETCH_LIMIT_MS }, (limited) =>
      remote.readFile(reference, path, limited),
    );
    if (bytes.subarray(0, LFS_POINTER.length).equals(LFS_POINTER)) {
      throw new FetchError(`${path} is kept in Git LFS, which is not supported: ${url.url}`);
    }
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    return { bytes, hash, state: { fingerprint: objectId ?? fingerprint } };
  }
}
