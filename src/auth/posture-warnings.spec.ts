import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../config/config.js';
import { warnAboutPosture } from './posture-warnings.js';

const oauth = { realm: 'mcp-registry', providers: [] };
const authz = { roles: { superAdmin: [], manageSources: [], manageRegistries: [], manageEntries: [] } };

function warningsOf(config: AuthConfig): string[] {
  const warnings: string[] = [];
  warnAboutPosture(config, { warn: (...words: unknown[]) => void warnings.push(JSON.stringify(words)) });
  return warnings;
}

describe('warnAboutPosture', () => {
  it('warns when every authenticated caller is an administrator', () => {
    expect(warningsOf({ mode: 'oauth', publicPaths: ['/registry'], oauth })).toEqual([
      expect.stringContaining('every authenticated caller is an administrator'),
    ]);
  });

  it('warns about each public path over registries, and recommends public registries', () => {
    const publicPaths = ['/registry/main', '/v1/me', '/registry'];

    expect(warningsOf({ mode: 'oauth', publicPaths, oauth, authz })).toEqual([
      expect.stringMatching(/\/registry\/main".*access: public/),
      expect.stringMatching(/\/registry".*access: public/),
    ]);
  });

  it.each<AuthConfig>([
    { mode: 'anonymous', publicPaths: ['/registry'] },
    { mode: 'anonymous', publicPaths: ['/registry'], authz },
    { mode: 'oauth', publicPaths: ['/v1/me'], oauth, authz },
  ])('has nothing to say about %j', (config) => {
    expect(warningsOf(config)).toEqual([]);
  });
});
