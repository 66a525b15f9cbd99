import { discard, type HttpAnswer, type HttpClient } from '../../http/http-client.js';
import { readBody } from '../../http/read-body.js';
import { FetchError } from '../../pass-errors.js';
import type { RemoteRefs } from './git-reference.js';
import type { HttpRepository } from './git-url.js';
import { DELIMITER, FLUSH, parsePktLines, pktLine } from './pkt-line.js';

const SERVICE = 'git-upload-pack';
/** References of a repository with hundreds of thousands of them. */
const MAX_ANSWER_BYTES = 50 * 1024 * 1024;

/** References of a remote, and where it is after redirects. */
export interface HttpListing {
  readonly refs: RemoteRefs;
  readonly repository: HttpRepository;
}

async function readLines({ body, url }: HttpAnswer, signal: AbortSignal): Promise<string[]> {
  const { bytes } = await readBody(body, { what: `GET ${url.href}`, signal, maxBytes: MAX_ANSWER_BYTES });
  return parsePktLines(bytes);
}

function assertServes(answer: HttpAnswer, repository: string, kind: 'advertisement' | 'result'): void {
  const problem = findProblem(answer, kind);
  if (problem === undefined) return;
  discard(answer);
  throw new FetchError(`${problem}: ${repository}`);
}

function findProblem({ status, headers }: HttpAnswer, kind: 'advertisement' | 'result'): string | undefined {
  if (status === 401) return 'authentication required';
  if (status === 403) return 'access denied (status 403)';
  if (status === 404 || status === 410) return 'repository not found';
  if (status !== 200) return `status ${status}, expected 200`;
  const isGit = headers['content-type'] === `application/x-${SERVICE}-${kind}`;
  return isGit ? undefined : 'no git repository is served over the smart HTTP protocol';
}

function baseOf(answered: URL): string {
  const url = new URL(answered);
  url.search = '';
  return url.href.replace(/\/info\/refs$/, '');
}

function toRefs(lines: readonly string[]): RemoteRefs {
  const refs = new Map<string, string>();
  for (const line of lines) {
    // Version 0 puts capabilities behind a NUL, version 2 attributes behind a space.
    const match = /^([0-9a-f]{40,64}) ([^ \0]+)/.exec(line);
    const [, id = '', name = ''] = match ?? [];
    if (match && !name.endsWith('^{}') && !/^0+$/.test(id)) refs.set(name, id);
  }
  return refs;
}

function lsRefsRequest(prefixes: readonly string[]): string {
  const filters = prefixes.map((prefix) => pktLine(`ref-prefix ${prefix}\n`));
  return [pktLine('command=ls-refs\n'), DELIMITER, ...filters, FLUSH].join('');
}

/**
 * Lists references of a repository over http(s) with one or two small requests: protocol version 2 where the server
 * knows it, else the advertisement of version 0, which lists all.
 * @param prefixes - of the references that are wanted; none for all. More may be returned
 * @throws FetchError
 */
export async function listHttpRefs(
  http: HttpClient,
  repository: HttpRepository,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<HttpListing> {
  const { url, authorization } = repository;
  const credentials = authorization === undefined ? undefined : { authorization };
  const base = url.replace(/\/$/, '');
  const headers = { 'git-protocol': 'version=2', accept: '*/*' };
  const discovery = await http.send(`${base}/info/refs?service=${SERVICE}`, { headers, credentials, signal });
  assertServes(discovery, url, 'advertisement');
  const lines = await readLines(discovery, signal);
  const moved = baseOf(discovery.url);
  const isElsewhere = discovery.url.origin !== new URL(base).origin;
  const found: HttpRepository = isElsewhere ? { transport: 'http', url: moved } : { ...repository, url: moved };
  if (!lines.includes('version 2')) return { refs: toRefs(lines), repository: found };
  const answer = await http.send(`${moved}/${SERVICE}`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': `application/x-${SERVICE}-request`,
      accept: `application/x-${SERVICE}-result`,
    },
    credentials: isElsewhere ? undefined : credentials,
    body: lsRefsRequest(prefixes),
    signal,
  });
  assertServes(answer, url, 'result');
  return { refs: toRefs(await readLines(answer, signal)), repository: found };
}
