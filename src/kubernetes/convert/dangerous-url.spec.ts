import { describe, expect, it } from 'vitest';
import { dangerousScheme } from './dangerous-url.js';

describe('dangerousScheme', () => {
  it.each([
    ['javascript:alert(1)', 'javascript'],
    ['JavaScript:alert(1)', 'javascript'],
    [' \u0001javascript:alert(1)', 'javascript'],
    ['java\nscr\tipt:alert(1)', 'javascript'],
    ['data:text/html,x', 'data'],
    ['file:///etc/passwd', 'file'],
    ['vbscript:x', 'vbscript'],
  ])('finds the scheme of %j', (url, scheme) => {
    expect(dangerousScheme(url)).toBe(scheme);
  });

  it.each(['https://e.com/javascript:x', 'http://e.com', '', 'not a url', 'localhost:8080/mcp', 'stdio', 'datax:1'])(
    'leaves %j alone',
    (url) => {
      expect(dangerousScheme(url)).toBeUndefined();
    },
  );
});
