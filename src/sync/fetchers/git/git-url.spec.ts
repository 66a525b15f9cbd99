import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseGitUrl } from './git-url.js';

describe('parseGitUrl', () => {
  it('takes credentials out of http URLs', () => {
    expect(parseGitUrl('https://bot:p%40ss@git.example/o/r.git')).toEqual({
      transport: 'http',
      url: 'https://git.example/o/r.git',
      authorization: `Basic ${Buffer.from('bot:p@ss').toString('base64')}`,
    });
    expect(parseGitUrl('http://a%:50%@h/r')).toMatchObject({
      authorization: `Basic ${Buffer.from('a%:50%').toString('base64')}`,
    });
    expect(parseGitUrl('http://git.example/o/r')).toEqual({ transport: 'http', url: 'http://git.example/o/r' });
  });

  it.each([
    ['ssh://git@git.example:2222/o/r', 'ssh', 'git.example'],
    ['git@git.example:o/r.git', 'ssh', 'git.example'],
    ['git.example:o/r.git', 'ssh', 'git.example'],
    ['git@[::1]:o/r.git', 'ssh', '[::1]'],
    ['git://git.example/r', 'git', 'git.example'],
  ])('finds the host of %s', (repository, transport, host) => {
    expect(parseGitUrl(repository)).toEqual({ transport, url: repository, host });
  });

  it.each([
    ['file:///srv/r.git', 'file:///srv/r.git'],
    ['/srv/r.git', '/srv/r.git'],
    ['./a:b', resolve('a:b')],
    ['sub/r.git', resolve('sub/r.git')],
    ['-u', resolve('-u')],
  ])('takes %s for a place of this host', (repository, url) => {
    expect(parseGitUrl(repository)).toEqual({ transport: 'file', url });
  });

  it.each(['ext::sh -c id', 'fd::3', 'ftp://h/r', 'ssh+x://h/r', 'http://[/r', 'EXT::x'])(
    'refuses %s',
    (repository) => {
      expect(() => parseGitUrl(repository)).toThrow(/not supported|not a URL/);
    },
  );
});
