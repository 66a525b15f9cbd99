import { describe, expect, it } from 'vitest';
import { hasMaskedPassword, maskUrlPasswords, restoreUrlPassword } from './url-password.js';

describe('maskUrlPasswords', () => {
  it.each([
    ['https://bot:hunter2@host/r.git', 'https://bot:***@host/r.git'],
    ['ssh://git:pw@host:22/r', 'ssh://git:***@host:22/r'],
    ['https://:pw@host/', 'https://:***@host/'],
    ['https://bot:p@ss:w0rd@host/', 'https://bot:***@host/'],
    ['HTTPS://bot:pw@host?x=a@b', 'HTTPS://bot:***@host?x=a@b'],
    ['https://bot:p"w\'@host/', 'https://bot:***@host/'],
    ['{"a":"http://h:80","b":"x@y","c":"ftp://u:p@h"}', '{"a":"http://h:80","b":"x@y","c":"ftp://u:***@h"}'],
    ['fetch of "https://a:b@c/d" and http://e:f@g failed', 'fetch of "https://a:***@c/d" and http://e:***@g failed'],
  ])('hides the password of %s', (text, expected) => {
    expect(maskUrlPasswords(text)).toBe(expected);
  });

  it.each([
    'https://host/r.git',
    'https://bot@host/r.git',
    'https://bot:@host/r.git',
    'git@host:owner/r.git',
    'https://host:8080/a@b',
    'a: b@c',
    '/var/lib/registry.json',
  ])('leaves %s as it is', (text) => {
    expect(maskUrlPasswords(text)).toBe(text);
  });
});

describe('maskUrlPasswords on long texts', () => {
  it.each(['x'.repeat(200_000), 'a://b:c'.repeat(30_000), 'a:'.repeat(100_000)])('takes no time: %.10s…', (text) => {
    const begun = performance.now();

    expect(maskUrlPasswords(text)).toBe(text);

    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('hasMaskedPassword', () => {
  it('tells the placeholder from passwords and from URLs without one', () => {
    expect(hasMaskedPassword('https://bot:***@host/')).toBe(true);
    expect(hasMaskedPassword('https://bot:****@host/')).toBe(false);
    expect(hasMaskedPassword('https://host/***@x')).toBe(false);
  });
});

describe('restoreUrlPassword', () => {
  const stored = 'https://bot:hunter2@host:8443/old?x=1';

  it('completes the same place with another path', () => {
    expect(restoreUrlPassword('https://bot:***@HOST:8443/new', stored)).toBe('https://bot:hunter2@HOST:8443/new');
  });

  it.each([
    'https://bot:***@evil.example/old',
    'https://bot:***@host:9000/old',
    'https://other:***@host:8443/old',
    'http://bot:***@host:8443/old',
  ])('refuses to send the password to %s', (url) => {
    expect(restoreUrlPassword(url, stored)).toBeUndefined();
  });

  it('gives nothing when no password is stored', () => {
    expect(restoreUrlPassword('https://bot:***@host/', 'https://host/')).toBeUndefined();
  });
});
