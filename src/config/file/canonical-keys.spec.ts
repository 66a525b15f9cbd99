import { describe, expect, it } from 'vitest';
import { loadFailure, loadTestConfig, type Change } from '../../../test/harness/test-config.js';

describe('keys', () => {
  it('match without regard to case', () => {
    const config = loadTestConfig((c) => ({
      SOURCES: c.sources,
      Registries: c.registries,
      AUTH: { Mode: 'anonymous' },
      DataBase: c.database,
    }));

    expect(config.registries[0]?.name).toBe('default');
  });

  it('that differ in case only are duplicates', () => {
    const document = 'auth: {mode: anonymous}\nAUTH: {mode: anonymous}\n';

    expect(loadFailure(document)).toContain('auth: duplicate key');
  });

  it('of claims, headers, mappings and role rules keep their case', () => {
    const config = loadTestConfig((c) => {
      c.sources[0] = {
        name: 'local',
        syncPolicy: { interval: '1m' },
        api: { endpoint: 'https://e.com', auth: { headers: { 'X-Api-Key': '/k' } } },
        claims: { orgId: 'X' },
      };
      c.registries[0]!['claims'] = { OrgUnit: ['Y'] };
      c.auth = {
        oauth: {
          providers: [
            { name: 'p', issuerUrl: 'https://i.example.com', audience: 'a', claimMappings: { appRoles: 'A.b' } },
          ],
        },
        authz: { roles: { manageSources: [{ OrgId: 'X' }] } },
      };
    });

    expect(config.sources[0]?.claims).toEqual({ orgId: 'X' });
    expect(config.sources[0]?.settings).toMatchObject({ api: { auth: { headers: { 'X-Api-Key': '/k' } } } });
    expect(config.registries[0]?.claims).toEqual({ OrgUnit: ['Y'] });
    expect(config.auth.oauth?.providers[0]?.claimMappings).toEqual({ appRoles: ['A', 'b'] });
    expect(config.auth.authz?.roles.manageSources).toEqual([{ OrgId: 'X' }]);
  });

  it('that nothing reads are warned about, by their full path', () => {
    const warnings: string[] = [];
    const change: Change = (c) => {
      Object.assign(c.sources[0]!, { sycnPolicy: {}, claims: { anything: 'x' } });
      Object.assign(c.database!, { maxOpenConn: 5 });
      Object.assign(c, { bogus: 1, constructor: 2, insecure_url: true });
    };

    loadTestConfig(change, {}, (warning) => warnings.push(warning));

    expect(warnings).toEqual([
      'unknown key sources[0].sycnPolicy, did you mean syncPolicy?',
      'unknown key database.maxOpenConn, did you mean maxOpenConns?',
      'unknown key bogus',
      'unknown key constructor',
      'unknown key insecure_url, set the environment variable THV_REGISTRY_INSECURE_URL instead',
    ]);
  });
});
