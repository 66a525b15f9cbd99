import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { parseDurationMs } from '../../common/duration.js';
import type { FileSettings } from '../../model/source-settings.js';
import { withDeadline } from '../deadline.js';
import { discard } from '../http/http-client.js';
import { readBody, type ReadBody } from '../http/read-body.js';
import { FetchError } from '../pass-errors.js';
import type { DocumentFetcher, FetchContext, FetchedDocument } from './document-fetcher.js';

const DEFAULT_TIMEOUT_MS = 30_000;
/** What a timeout of 0 means (sync spec 2.1). */
const ZERO_TIMEOUT_MS = 10_000;
const READ_LIMIT_MS = 60_000;

function describeFileError(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ENOENT' || code === 'ENOTDIR' ? `file not found: ${path}` : `cannot read the file ${path}: ${code}`;
}

async function assertRegularFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw new FetchError(describeFileError(error, path), { cause: error });
  });
  if (found.isDirectory()) throw new FetchError(`cannot read the file ${path}: it is a directory`);
  // Reading a pipe or a device may never end.
  if (!found.isFile()) throw new FetchError(`cannot read the file ${path}: it is not a regular file`);
}

async function readFile(path: string, parent: AbortSignal): Promise<ReadBody> {
  await assertRegularFile(path);
  return withDeadline(parent, { what: `reading ${path}`, limitMs: READ_LIMIT_MS }, (signal) =>
    readBody(createReadStream(path, { signal }), { what: path, signal }),
  );
}

function timeoutMs(timeout: string | undefined): number {
  if (timeout === undefined) return DEFAULT_TIMEOUT_MS;
  return parseDurationMs(timeout) || ZERO_TIMEOUT_MS;
}

async function download(url: string, timeout: string | undefined, { http, signal }: FetchContext): Promise<ReadBody> {
  if (!URL.canParse(url)) throw new FetchError(`file.url is not an absolute URL: ${url}`);
  const what = `GET ${url}`;
  return withDeadline(signal, { what, limitMs: timeoutMs(timeout) }, async (limited) => {
    const answer = await http.send(url, { signal: limited });
    if (answer.status === 200) return readBody(answer.body, { what, signal: limited });
    discard(answer);
    throw new FetchError(`${what}: status ${answer.status}, expected 200`);
  });
}

/** Gets the document of a file source: from a path of this host, or by HTTP from a URL (sync spec 2.1). */
@Injectable()
export class FileSourceFetcher implements DocumentFetcher<FileSettings> {
  async fetch({ path, url, timeout }: FileSettings, context: FetchContext): Promise<FetchedDocument> {
    const body =
      path === undefined ? await download(url ?? '', timeout, context) : await readFile(path, context.signal);
    return { ...body, state: null };
  }
}
