import { describe, expect, it } from 'vitest';
import { inDatabase, inRegistry, loadFailure, loadTestConfig, type Change } from '../../test/harness/test-config.js';

describe('decodeConfig', () => {
  it.each(['.inf', '.nan', '1e400', '9007199254740993'])('refuses the number %s, and shows it as written', (port) => {
    expect(loadFailure(`database: {port: ${port}}\n`)).toContain(`database.port: expected a whole number, got ${port}`);
  });

  describe('coerces', () => {
    it('numbers from texts and whole numbers from fractions', () => {
      const config = loadTestConfig((c) => {
        Object.assign(c.database!, { port: '5433', maxMetaSize: 10.9 });
        c['telemetry'] = { tracing: { sampling: '0.5' } };
      });

      expect(config.database.port).toBe(5433);
      expect(config.database.maxMetaSize).toBe(10);
      expect(config.telemetry.tracing.sampling).toBe(0.5);
    });

    it('empty mappings to absent keys, also where lists and scalars belong', () => {
      expect(loadFailure((c) => Object.assign(c, { sources: {} }))).toContain('at least one source must be configured');
      expect(loadFailure((c) => Object.assign(c, { registries: {} }))).toContain('at least one registry must be');
      expect(loadFailure(inDatabase({ host: {} }))).toContain('database.host is required');
    });

    it.each<[string, Change]>([
      ['registries[0].name must not contain U+0000', (c) => void (c.registries[0]!.name = 'a\u0000')],
      ['registries[0].name must be well-formed Unicode', (c) => void (c.registries[0]!.name = '\ud800')],
      ['sources[0].claims.org[1] must not', (c) => void (c.sources[0]!['claims'] = { org: ['a', '\u0000'] })],
      ['sources[0].claims must not', (c) => void (c.sources[0]!['claims'] = { 'a\u0000': 'b' })],
      ['database.password must not', inDatabase({ password: 'a\u0000' })],
    ])('no text that cannot be stored: %s', (message, change) => {
      expect(loadFailure(change)).toContain(message);
    });

    it('no key that would be lost', () => {
      const claims: unknown = JSON.parse('{"__proto__":"a","b":"c"}');
      const roles = { superAdmin: [claims] };

      expect(loadFailure(inRegistry({ claims }))).toContain('registries[0].claims: the key "__proto__" cannot be used');
      expect(loadFailure((c) => void (c.auth = { mode: 'anonymous', authz: { roles } }))).toContain(
        'superAdmin[0]: the key',
      );
    });

    it('texts from numbers and booleans as they are written', () => {
      const config = loadTestConfig(`
sources: [{name: 1, managed: {}}]
registries: [{name: 1.40, sources: 1}]
auth: {mode: anonymous}
database: {host: true, port: 1, user: 0123, database: d, password: 012345}
`);

      expect(config.sources[0]?.name).toBe('1');
      expect(config.registries[0]).toEqual({ name: '1.40', sources: ['1'], access: 'private' });
      expect(config.database.host).toBe('true');
      expect(config.database.user).toBe('0123');
      expect(config.database.password?.reveal()).toBe('012345');
    });

    it('lists from texts with commas, from single mappings and from single rules', () => {
      const config = loadTestConfig((c) => {
        c.sources.push({ name: 'other', managed: {} });
        c.auth!['publicPaths'] = '/a,/b';
        c.auth!['authz'] = { roles: { superAdmin: { sub: 'root' } } };
        return { ...c, registries: { name: 'r', sources: 'local,other' } };
      });

      expect(config.registries).toEqual([{ name: 'r', sources: ['local', 'other'], access: 'private' }]);
      expect(config.auth.publicPaths).toEqual(['/a', '/b']);
      expect(config.auth.authz?.roles.superAdmin).toEqual([{ sub: 'root' }]);
    });

    it.each([
      ['true', true],
      ['1', true],
      ['T', true],
      [1, true],
      ['false', false],
      ['0', false],
      ['', false],
      [0, false],
    ])('the flag %j to %s', (written, expected) => {
      expect(loadTestConfig((c) => void (c['audit'] = { enabled: written })).audit.enabled).toBe(expected);
    });
  });

  describe('authz', () => {
    it.each<[string, unknown, boolean]>([
      ['null', null, false],
      ['{}', {}, false],
      ['{roles: {}}', { roles: {} }, false],
      ['{roles: null}', { roles: null }, false],
      ['{roles: {superAdmin: null}}', { roles: { superAdmin: null } }, false],
      ['{roles: {superAdmin: []}}', { roles: { superAdmin: [] } }, true],
      ['a misspelt role, so that nobody holds one', { roles: { superAdmins: [{}] } }, true],
    ])('of %s counts as present: %3$s', (_name, authz, isPresent) => {
      const config = loadTestConfig((c) => void (c.auth!['authz'] = authz));

      expect(config.auth.authz !== undefined).toBe(isPresent);
    });
  });

  it.each<[string, Change, string]>([
    [
      'a role rule that is a text',
      (c) => void (c.auth!['authz'] = { roles: { superAdmin: ['root'] } }),
      'auth.authz.roles.superAdmin[0]: expected a mapping, got a text',
    ],
    ['a port that is no number', inDatabase({ port: 'abc' }), 'database.port: expected a whole number, got "abc"'],
    [
      'a size with a suffix',
      inDatabase({ maxMetaSize: '1k' }),
      'database.maxMetaSize: expected a whole number, got "1k"',
    ],
    [
      'a text in place of the sources',
      (c) => ({ ...c, sources: 'x' }),
      'sources: expected a list of mappings, got a text',
    ],
    ['a text in place of the database', (c) => ({ ...c, database: 'x' }), 'database: expected a mapping, got a text'],
    [
      'a flag that is neither true nor false',
      (c) => void (c['audit'] = { enabled: 'yes' }),
      'audit.enabled: expected true or false, got "yes"',
    ],
    ['a list in place of a text', inDatabase({ host: ['a'] }), 'database.host: expected a text, got a list'],
  ])('refuses %s', (_name, change, message) => {
    expect(loadFailure(change)).toContain(message);
  });

  it('refuses a password of the wrong shape without showing it', () => {
    const failure = loadFailure(inDatabase({ password: { hunter2: 1 } }));

    expect(failure).toContain('database.password: expected a text, got a mapping');
    expect(failure).not.toContain('hunter2');
  });
});
