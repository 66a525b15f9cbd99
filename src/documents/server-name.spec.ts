import { describe, expect, it } from 'vitest';
import { findServerNameProblem, isServerName } from './server-name.js';

describe('findServerNameProblem', () => {
  it.each(['a/b', 'io.x/a_b.c-d', 'A.B-c/D', `io.x/${'y'.repeat(195)}`])('accepts %s', (name) => {
    expect(findServerNameProblem(name)).toBeUndefined();
    expect(isServerName(name)).toBe(true);
  });

  it.each([
    ['', "server name must be in format 'dns-namespace/name' (e.g., 'com.example.api/server')"],
    ['plain', "server name must be in format 'dns-namespace/name' (e.g., 'com.example.api/server')"],
    ['io.x/a/b', "server name must contain exactly one '/' separator"],
    ['/b', 'namespace part cannot be empty'],
    ['/', 'namespace part cannot be empty'],
    ['a/', 'name part cannot be empty'],
    [`io.x/${'y'.repeat(196)}`, 'server name exceeds maximum length of 200 characters'],
    [`io.x/${'ü'.repeat(98)}`, 'server name exceeds maximum length of 200 characters'],
  ])('refuses %j', (name, message) => {
    expect(findServerNameProblem(name)).toBe(message);
  });

  it.each([
    ['-a/b', "namespace '-a' is invalid."],
    ['.io/a', "namespace '.io' is invalid."],
    ['io_x/a', "namespace 'io_x' is invalid."],
    [' io.x/a', "namespace ' io.x' is invalid."],
    ['io.x/-a', "name '-a' is invalid."],
    ['a/b-', "name 'b-' is invalid."],
    ['io.x/a b', "name 'a b' is invalid."],
    ['io.x/a\n', "name 'a\n' is invalid."],
  ])('refuses %j, naming the part', (name, start) => {
    expect(findServerNameProblem(name)?.startsWith(start)).toBe(true);
    expect(isServerName(name)).toBe(false);
  });
});
