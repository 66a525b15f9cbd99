import { Injectable } from '@nestjs/common';
import { parseDurationMs } from '../../common/duration.js';
import type { FileSettings } from '../../model/source-settings.js';
import { withDeadline } from '../deadline.js';
import { readFileIfChanged } from '../file-reading.js';
import { discard } from '../http/http-client.js';
import { announcedSize, readBody, type ReadBody } from '../http/read-body.js';
import { FetchError } from '../pass-errors.js';
import type { DocumentFetcher, FetchContext, FetchedDocument } from './document-fetcher.js';

const DEFAULT_TIMEOUT_MS = 30_000;
/** What a timeout of 0 means (sync spec 2.1). */
const ZERO_TIMEOUT_MS = 10_000;
const READ_LIMIT_MS = 60_000;

function readFile(path: string, { knownHash, signal }: FetchContext): Promise<ReadBody | undefined> {
  return withDeadline(signal, { what: `reading ${path}`, limitMs: READ_LIMIT_MS }, (limited) =>
    readFileIfChanged(path, knownHash, limited),
  );
}

function timeoutMs(timeout: string | undefined): number {
  if (timeout === undefined) return DEFAULT_TIMEOUT_MS;
  return parseDurationMs(timeout) || ZERO_TIMEOUT_MS;
}

async function download(url: string, timeout: string | undefined, context: FetchContext): Promise<ReadBody> {
  if (!URL.canParse(url)) throw new FetchError(`file.url is not an absolute URL: ${url}`);
  const what = `GET ${url}`;
  return withDeadline(context.signal, { what, limitMs: timeoutMs(timeout) }, async (signal) => {
    const answer = await context.http.send(url, { signal });
    if (answer.status === 200) return readBody(answer.body, { what, signal, expectedBytes: announcedSize(answer) });
    discard(answer);
    throw new FetchError(`${what}: status ${answer.status}, expected 200`);
  });
}

/** Gets the document of a file source: from a path of this host, or by HTTP from a URL (sync spec 2.1). */
@Injectable()
export class FileSourceFetcher implements DocumentFetcher<FileSettings> {
  async fetch({ path, url, timeout }: FileSettings, context: FetchContext): Promise<FetchedDocument | undefined> {
    const body = path === undefined ? await download(url ?? '', timeout, context) : await readFile(path, context);
    return body && { ...body, state: null };
  }
}
