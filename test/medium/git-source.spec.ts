import { symlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonValue } from '../../src/common/exact-json.js';
import type { GitSettings } from '../../src/model/source-settings.js';
import { GitSourceFetcher } from '../../src/sync/fetchers/git-source.fetcher.js';
import { GitProgram } from '../../src/sync/fetchers/git/git-program.js';
import { HttpClient } from '../../src/sync/http/http-client.js';
import { GitServer, type GitRepository } from '../harness/git-server.js';

const http = new HttpClient(false);
let server: GitServer;
let repository: GitRepository;

beforeAll(async () => {
  server = await GitServer.start();
});
afterAll(async () => {
  await server.stop();
  await http.close();
});
beforeEach(async () => {
  repository = await server.create(`repository-${Math.random().toString(36).slice(2)}`);
  server.requests.length = 0;
  server.credentials = undefined;
  server.intercept = undefined;
});

describe.each([
  ['with the git program', () => new GitProgram()],
  ['with the library', () => new GitProgram('/nonexistent/git')],
])('GitSourceFetcher %s, over http', (_what, createProgram) => {
  const fetcher = new GitSourceFetcher(createProgram());

  async function fetch(settings: Partial<GitSettings> = {}, state: JsonValue = null) {
    const signal = new AbortController().signal;
    return fetcher.fetch({ repository: repository.url, ...settings }, { http, state, knownHash: null, signal });
  }

  async function text(settings: Partial<GitSettings> = {}): Promise<string | undefined> {
    return (await fetch(settings))?.bytes.toString();
  }

  it('reads registry.json at the default branch, whatever that is called', async () => {
    await repository.commit({ 'registry.json': 'one' });
    expect(await text()).toBe('one');

    await repository.git('checkout', '-q', '-b', 'next');
    await repository.commit({ 'registry.json': 'two' });
    expect(await text()).toBe('one');

    await repository.bareGit('symbolic-ref', 'HEAD', 'refs/heads/next');
    expect(await text()).toBe('two');
  });

  it('reads branches, lightweight and annotated tags, and follows them when they move', async () => {
    await repository.git('checkout', '-q', '-b', 'feature/x');
    const base = await repository.commit({ 'registry.json': 'one' });
    await repository.bareGit('symbolic-ref', 'HEAD', 'refs/heads/feature/x');
    await repository.tag('light');
    await repository.tag('annotated', { annotated: true });
    await repository.commit({ 'registry.json': 'two' });

    expect(await text({ branch: 'feature/x' })).toBe('two');
    expect(await text({ tag: 'light' })).toBe('one');
    expect(await text({ tag: 'annotated' })).toBe('one');

    await repository.git('reset', '-q', '--hard', base);
    await repository.commit({ 'registry.json': 'forced' });
    await repository.tag('light');
    await repository.tag('annotated', { annotated: true });

    expect(await text({ branch: 'feature/x' })).toBe('forced');
    expect(await text({ tag: 'light' })).toBe('forced');
    expect(await text({ tag: 'annotated' })).toBe('forced');
  });

  it('reads a commit of the past, or of another branch, but none that no branch or tag leads to', async () => {
    const past = await repository.commit({ 'registry.json': 'past' });
    await repository.commit({ 'registry.json': 'main' });
    await repository.git('checkout', '-q', '-b', 'side');
    const side = await repository.commit({ 'registry.json': 'side' });
    await repository.git('reset', '-q', '--hard', past);
    await repository.commit({ 'registry.json': 'forced' });

    expect(await text({ commit: past })).toBe('past');
    await expect(text({ commit: side })).rejects.toThrow(`commit not found: ${side}`);
    await expect(text({ commit: '0123456789'.repeat(4) })).rejects.toThrow('0123456789'.repeat(4));
    await expect(text({ commit: past.slice(0, 8) })).rejects.toThrow('must be a full commit id');
  });

  it('asks an unchanged remote for its references only', async () => {
    const past = await repository.commit({ 'registry.json': 'one' });
    await repository.tag('annotated', { annotated: true });
    for (const settings of [{}, { branch: 'main' }, { tag: 'annotated' }, { commit: past }]) {
      const first = await fetch(settings);
      server.requests.length = 0;

      expect(await fetch(settings, first!.state)).toBeUndefined();

      expect(server.requests.map(({ method, url }) => `${method} ${url.replace(/.*\.git/, '')}`)).toEqual([
        'GET /info/refs?service=git-upload-pack',
        'POST /git-upload-pack',
      ]);
    }
  });

  it('reads a file anywhere in the tree, and names the one it does not find', async () => {
    symlinkSync('registry.json', join(repository.work, 'link.json'));
    await repository.commit({ 'registry.json': 'top', 'sub/dir/other.json': 'deep' });

    expect(await text({ path: 'sub/dir/other.json' })).toBe('deep');
    expect(await text({ path: 'link.json' })).toBe('registry.json');
    for (const path of ['nope.json', 'sub', 'sub/', './registry.json', '/registry.json', '../registry.json', '']) {
      if (path !== '') await expect(text({ path })).rejects.toThrow(`file not found: ${path}`);
    }
  });

  it('does not find a submodule, whose commit is in another repository', async () => {
    const commit = await repository.commit({ 'registry.json': 'top' });
    await repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
    await repository.git('commit', '-q', '-m', 'add a submodule');
    await repository.git('push', '-q', 'origin', 'HEAD');

    for (const path of ['module', 'module/registry.json']) {
      await expect(text({ path })).rejects.toThrow(`file not found: ${path}`);
    }
    expect(await text({ commit })).toBe('top');
  });

  it('says that a file is kept in Git LFS', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4'.repeat(64)}\nsize 12345\n`;
    await repository.commit({ 'registry.json': pointer });

    await expect(text()).rejects.toThrow('registry.json is kept in Git LFS');
  });

  it('says what is wrong with a reference or a repository', async () => {
    await expect(text()).rejects.toThrow('remote repository is empty');
    await expect(text({ branch: 'main' })).rejects.toThrow('remote repository is empty');
    await repository.commit({ 'registry.json': 'one' });
    await repository.tag('v1');

    await expect(text({ branch: 'nope' })).rejects.toThrow('refs/heads/nope');
    await expect(text({ branch: 'v1' })).rejects.toThrow('refs/heads/v1');
    await expect(text({ tag: 'nope' })).rejects.toThrow('refs/tags/nope');
    await expect(text({ tag: 'v1', branch: 'main' })).rejects.toThrow('only one of branch, tag, or commit');
    await expect(text({ repository: `${server.origin}/none.git` })).rejects.toThrow('repository not found');
    await expect(text({ repository: 'http://127.0.0.1:1/x.git' })).rejects.toThrow('ECONNREFUSED');
  });

  it('sends credentials with every request, reads the password anew, and never repeats it', async () => {
    await repository.commit({ 'registry.json': 'private' });
    const folder = await mkdtemp(join(tmpdir(), 'git-password-'));
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, '  first \n');
    server.credentials = { username: 'bot', password: 'first' };
    const auth = { username: 'bot', passwordFile };

    await expect(text()).rejects.toThrow('authentication required');
    server.requests.length = 0;
    expect(await text({ auth })).toBe('private');
    expect(server.requests.every(({ authorization }) => authorization)).toBe(true);

    server.credentials = { username: 'bot', password: 'second' };
    await expect(text({ auth })).rejects.toThrow(/^authentication required(?!.*first)/);
    await writeFile(passwordFile, 'second');
    expect(await text({ auth })).toBe('private');

    const url = repository.url.replace('://', '://bot:second@');
    expect(await text({ repository: url })).toBe('private');
    await expect(text({ repository: url, path: 'nope' })).rejects.toThrow(/^(?!.*second)/);
    await rm(folder, { recursive: true });
  });

  it('follows a redirect, and keeps credentials from another origin', async () => {
    await repository.commit({ 'registry.json': 'moved' });
    const elsewhere = await GitServer.start();
    elsewhere.intercept = (request, response) => {
      response.writeHead(302, { location: `${server.origin}${request.url}` }).end();
      return true;
    };
    const url = repository.url.replace(server.origin, elsewhere.origin).replace('://', '://bot:pw@');

    expect(await text({ repository: url })).toBe('moved');

    expect(elsewhere.requests.every(({ authorization }) => authorization)).toBe(true);
    expect(server.requests.some(({ authorization }) => authorization)).toBe(false);
    await elsewhere.stop();
  });

  it('ends with its signal and leaves no folder behind', async () => {
    await repository.commit({ 'registry.json': 'one' });
    const temporary = await mkdtemp(join(tmpdir(), 'git-source-'));
    vi.stubEnv('TMPDIR', temporary);
    server.intercept = (request) => request.method === 'POST' && server.requests.length > 2;
    const controller = new AbortController();
    const { signal } = controller;
    const fetching = fetcher.fetch({ repository: repository.url }, { http, state: null, knownHash: null, signal });
    setTimeout(() => controller.abort(new Error('stop')), 700);

    await expect(fetching).rejects.toThrow('stop');

    expect(await readdir(temporary)).toEqual([]);
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  });
});

describe('GitSourceFetcher with the git program', () => {
  const fetcher = new GitSourceFetcher(new GitProgram());
  const fetch = (settings: GitSettings, state: JsonValue = null) =>
    fetcher.fetch(settings, { http, state, knownHash: null, signal: new AbortController().signal });

  it.each([
    ['a file URL', () => `file://${repository.bare}`],
    ['a path', () => repository.bare],
  ])('reads a repository by %s', async (_what, address) => {
    await expect(fetch({ repository: address() })).rejects.toThrow('remote repository is empty');
    const commit = await repository.commit({ 'registry.json': 'local' });
    for (const settings of [{}, { branch: 'main' }, { commit }]) {
      const first = await fetch({ repository: address(), ...settings });
      expect(first?.bytes.toString()).toBe('local');
      expect(await fetch({ repository: address(), ...settings }, first!.state)).toBeUndefined();
    }
    await expect(fetch({ repository: `${address()}.none` })).rejects.toThrow('repository not found');
    await expect(fetch({ repository: address(), branch: 'no' })).rejects.toThrow('refs/heads/no');
  });

  it.each(['ext::sh -c "touch pwned"', 'fd::17', 'ftp://127.0.0.1/x', 'file:ext::sh'])(
    'does not speak through other transports: %s',
    async (address) => {
      await expect(fetch({ repository: address })).rejects.toThrow();
    },
  );

  it('removes what a killed process left behind, but nothing that may be in use', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'git-source-'));
    vi.stubEnv('TMPDIR', temporary);
    for (const name of ['registry-git-old', 'registry-git-new', 'other']) await mkdir(join(temporary, name));
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    for (const name of ['registry-git-old', 'other']) await utimes(join(temporary, name), longAgo, longAgo);

    await fetcher.onApplicationBootstrap();

    expect((await readdir(temporary)).toSorted()).toEqual(['other', 'registry-git-new']);
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  });

  it('fetches one file of a large repository, not all of it', async () => {
    await repository.bareGit('config', 'uploadpack.allowFilter', 'true');
    const noise = Buffer.from(Array.from({ length: 1 << 20 }, () => Math.floor(Math.random() * 256)));
    await repository.commit({ 'registry.json': 'small', 'large.bin': noise });
    let sent = 0;
    server.intercept = (_request, response) => {
      const write = response.write.bind(response);
      response.write = ((chunk: Buffer) => {
        sent += chunk.length;
        return write(chunk);
      }) as typeof response.write;
      return false;
    };

    expect((await fetch({ repository: repository.url }))?.bytes.toString()).toBe('small');

    expect(sent).toBeLessThan(10_000);
  });
});
