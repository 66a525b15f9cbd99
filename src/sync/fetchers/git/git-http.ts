import type { GitHttpRequest, GitHttpResponse, HttpClient as LibraryHttp } from 'isomorphic-git';
import type { HttpClient } from '../../http/http-client.js';
import { MAX_FETCH_BYTES } from '../../http/read-body.js';
import { FetchError } from '../../pass-errors.js';

async function collect(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer | undefined> {
  if (!body) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_FETCH_BYTES) {
      throw new FetchError(`file too big: the repository has more than ${MAX_FETCH_BYTES} bytes of objects`);
    }
    yield chunk;
  }
}

/** Lets the git library speak through our own client, with its limits and its address guard. */
export function libraryHttp(http: HttpClient, authorization: string | undefined, signal: AbortSignal): LibraryHttp {
  return {
    async request({ url, method, headers, body }: GitHttpRequest): Promise<GitHttpResponse> {
      const answer = await http.send(url, {
        method: method === 'POST' ? 'POST' : 'GET',
        headers: { accept: '*/*', ...headers },
        credentials: authorization === undefined ? undefined : { authorization },
        body: await collect(body as AsyncIterable<Uint8Array> | undefined),
        signal,
      });
      return {
        url: answer.url.href,
        method,
        headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
        body: limited(answer.body) as AsyncIterableIterator<Uint8Array>,
        statusCode: answer.status,
        statusMessage: '',
      };
    },
  };
}
