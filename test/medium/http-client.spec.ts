import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpClient } from '../../src/sync/http/http-client.js';
import { announcedSize, readBody } from '../../src/sync/http/read-body.js';

const { signal } = new AbortController();
let requests: IncomingMessage[];
let listener: RequestListener;
let http: HttpClient;
const server = () =>
  createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
let web: ReturnType<typeof server>;
const url = (path = '/') => `http://127.0.0.1:${(web.address() as AddressInfo).port}${path}`;

beforeEach(async () => {
  requests = [];
  listener = (_request, response) => void response.end('hello');
  http = new HttpClient(false);
  web = server().listen(0, '127.0.0.1');
  await once(web, 'listening');
});
afterEach(async () => {
  await http.close();
  web.closeAllConnections();
  web.close();
});

async function text(path = '/', maxBytes?: number): Promise<string> {
  const answer = await http.send(url(path), { signal });
  return (await readBody(answer.body, { what: 'GET', signal, maxBytes })).bytes.toString();
}

describe('HttpClient', () => {
  it('sends the headers of the contract, and user and password of the URL', async () => {
    const answer = await http.send(url().replace('://', '://us%40er:p%3Aw@'), { signal });
    answer.body.resume();

    expect(requests[0]?.headers).toMatchObject({
      'user-agent': 'toolhive-registry-server/1.0',
      accept: 'application/json',
      'accept-encoding': 'gzip',
      authorization: `Basic ${Buffer.from('us@er:p:w').toString('base64')}`,
    });
  });

  it('takes compressed answers, and none in an encoding that was not asked for', async () => {
    listener = (_request, response) => void response.setHeader('content-encoding', 'gzip').end(gzipSync('packed'));
    expect(await text()).toBe('packed');

    listener = (_request, response) => void response.setHeader('content-encoding', 'X-GZIP').end(gzipSync('packed'));
    await expect(text()).resolves.toBe('packed');
    listener = (_request, response) => void response.setHeader('content-encoding', '').end('plain');
    await expect(text()).resolves.toBe('plain');
    listener = (_request, response) => void response.setHeader('content-encoding', 'br').end('x');
    await expect(text()).rejects.toThrow('content encoding "br"');
  });

  it('counts the bytes of an answer after decompression', async () => {
    listener = (_request, response) =>
      void response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(1_000_000)));

    await expect(text('/', 999_999)).rejects.toThrow('larger than 999999 bytes');
    expect((await text('/', 1_000_000)).length).toBe(1_000_000);
    listener = (_request, response) => void response.end(Buffer.alloc(1_000_000));
    await expect(text('/', 999_999)).rejects.toThrow('larger than 999999 bytes');
  });

  it('fails over an answer that ends early, compressed or not', async () => {
    const packed = gzipSync(randomBytes(10_000));
    listener = (_request, response) =>
      void response.setHeader('content-encoding', 'gzip').end(packed.subarray(0, packed.length / 2));
    await expect(text()).rejects.toThrow('unexpected end of file');

    listener = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 10);
    };
    await expect(text()).rejects.toThrow();
  });

  it.each([
    [{ 'content-length': '12' }, 12],
    [{ 'content-length': '12', 'content-encoding': 'gzip' }, undefined],
    [{ 'content-length': '104857601' }, undefined],
    [{}, undefined],
  ])('finds the size that %o announce', (headers, size) => {
    expect(announcedSize({ headers })).toBe(size);
  });

  it.each([undefined, 0, 3, 5, 9])('reads a body whatever its size was thought to be: %s', async (expectedBytes) => {
    const answer = await http.send(url(), { signal });

    const { bytes } = await readBody(answer.body, { what: 'GET', signal, expectedBytes });

    expect(bytes.toString()).toBe('hello');
  });

  it('follows up to ten redirects', async () => {
    listener = ({ url: path = '' }, response) => {
      const left = Number(path.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    };

    expect(await text('/10')).toBe('there');
    await expect(text('/11')).rejects.toThrow('more than 10 redirects');
  });

  it('follows redirects to http and https only; one that leads nowhere is an answer', async () => {
    listener = (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await expect(text()).rejects.toThrow('not http or https');

    listener = (_request, response) => void response.writeHead(304).end();
    const answer = await http.send(url(), { signal });
    answer.body.resume();
    expect(answer.status).toBe(304);
  });

  it('sends credentials to the origin they are for, and to no other', async () => {
    const other = server().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    listener = ({ url: path }, response) => {
      if (path === '/same') response.writeHead(307, { location: '/away' }).end();
      else if (path === '/away') response.writeHead(307, { location: elsewhere }).end();
      else response.end();
    };

    const answer = await http.send(url('/same'), { signal, credentials: { authorization: 'Bearer t', 'x-key': 'k' } });
    answer.body.resume();

    expect(requests.map(({ headers }) => [headers.authorization, headers['x-key']])).toEqual([
      ['Bearer t', 'k'],
      ['Bearer t', 'k'],
      [undefined, undefined],
    ]);
    other.closeAllConnections();
    other.close();
  });

  it('ends with its signal, in the middle of an answer too', async () => {
    listener = (_request, response) => void response.writeHead(200).write('x');
    const controller = new AbortController();
    const answer = await http.send(url(), { signal: controller.signal });
    const reading = readBody(answer.body, { what: 'GET', signal: controller.signal });
    controller.abort(new Error('enough'));

    await expect(reading).rejects.toThrow('enough');
  });

  it('never shows the password of a URL in an error', async () => {
    await expect(http.send('http://bot:hunter2@127.0.0.1:1/', { signal })).rejects.toThrow(/^(?!.*hunter2)GET http/);
  });

  it('goes through the proxy of the environment, except to this host, unless it is guarded', async () => {
    vi.stubEnv('http_proxy', url());
    const proxied = new HttpClient(false);
    const guarded = new HttpClient(true);

    const answer = await proxied.send('http://registry.invalid/x', { signal });
    answer.body.resume();
    (await proxied.send(url('/direct'), { signal })).body.resume();

    expect(requests.map((request) => request.url)).toEqual(['http://registry.invalid/x', '/direct']);
    await expect(guarded.send('http://registry.invalid/x', { signal })).rejects.toThrow('registry.invalid');
    vi.unstubAllEnvs();
    await Promise.all([proxied.close(), guarded.close()]);
  });
});
