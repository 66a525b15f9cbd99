import { describe, expect, it } from 'vitest';
import { loadFailure, loadTestConfig, type Change, inDatabase } from '../../../test/harness/test-config.js';

describe('the checks of database', () => {
  it.each<[string, Change]>([
    ['an empty dynamicAuth block next to a password', inDatabase({ dynamicAuth: {}, password: 'x' })],
    ['an unknown sslMode, which connecting will report', inDatabase({ sslMode: 'bogus' })],
  ])('accept %s', (_name, change) => {
    expect(() => loadTestConfig(change)).not.toThrow();
  });

  it.each<[string, Change, string]>([
    ['no database', (c) => ({ ...c, database: undefined }), 'database.host is required (or database.embedded: true'],
    ['a database without a port', inDatabase({ port: undefined }), 'database.port is required'],
    ['a port out of range', inDatabase({ port: 70_000 }), 'database.port must be between 1 and 65535, got 70000'],
    ['a negative port', inDatabase({ port: -1 }), 'database.port must be between 1 and 65535, got -1'],
    ['a database without a user', inDatabase({ user: '' }), 'database.user is required'],
    ['a database without a name', inDatabase({ database: undefined }), 'database.database is required'],
    ['maxMetaSize of zero', inDatabase({ maxMetaSize: 0 }), 'database.maxMetaSize must be greater than zero'],
    [
      'a password next to dynamicAuth',
      inDatabase({ password: 'x', dynamicAuth: { awsRdsIam: { region: 'r' } } }),
      'database.password and database.dynamicAuth are mutually exclusive',
    ],
    [
      'a migration password next to dynamicAuth',
      inDatabase({ migrationPassword: 'x', dynamicAuth: { awsRdsIam: { region: 'r' } } }),
      'database.migrationPassword and database.dynamicAuth are mutually exclusive',
    ],
    [
      'dynamicAuth without a region',
      inDatabase({ dynamicAuth: { awsRdsIam: { region: '' } } }),
      'database.dynamicAuth.awsRdsIam.region is required',
    ],
    [
      'a connection lifetime that is none',
      inDatabase({ connMaxLifetime: 'long' }),
      'database.connMaxLifetime must be a valid duration',
    ],
    ['a negative retention', inDatabase({ retention: '-1h' }), 'database.retention must not be negative'],
    [
      'a host next to the embedded database',
      (c) => void (c.database = { embedded: true, host: 'h' }),
      'database.host cannot be combined with database.embedded',
    ],
    [
      'dynamicAuth next to the embedded database',
      (c) => void (c.database = { embedded: true, dynamicAuth: { awsRdsIam: { region: 'r' } } }),
      'database.dynamicAuth cannot be combined with database.embedded',
    ],
  ])('refuse %s', (_name, change, message) => {
    expect(loadFailure(change)).toContain(message);
  });
});
