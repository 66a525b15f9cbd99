import { describe, expect, it } from 'vitest';
import { readSyncQuery } from './sync-query.js';

describe('readSyncQuery', () => {
  it.each([
    ['/v1/sources/a/sync', false],
    ['/v1/sources/a/sync?', false],
    ['/v1/sources/a/sync?other=1', false],
    ['/v1/sources/a/sync?dryRun=false', false],
    ['/v1/sources/a/sync?dryRun=true', true],
    ['/v1/sources/a/sync?dryRun=true&dryRun=false', true],
    ['/v1/sources/a/sync?dryRun=false&dryRun=true', false],
  ])('reads %s', (url, isDryRun) => {
    expect(readSyncQuery(url)).toEqual({ isDryRun });
  });

  it.each(['?dryRun', '?dryRun=', '?dryRun=1', '?dryRun=TRUE'])('refuses %s', (query) => {
    expect(() => readSyncQuery(`/v1/sources/a/sync${query}`)).toThrow('dryRun must be true or false');
  });
});
