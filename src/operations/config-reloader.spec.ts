import { describe, expect, it } from 'vitest';
import { Secret } from '../common/secret.js';
import type { RegistryConfig } from '../config/config.js';
import { ConfigReloader, findKeysThatNeedRestart } from './config-reloader.js';

const config = (overrides: object = {}): RegistryConfig =>
  ({
    sources: [],
    registries: [],
    auth: { mode: 'anonymous', publicPaths: [] },
    database: { host: 'db', password: new Secret('a') },
    audit: { enabled: false },
    telemetry: { enabled: false },
    catalog: { pageCacheBytes: 1 },
    ...overrides,
  }) as unknown as RegistryConfig;

describe('findKeysThatNeedRestart', () => {
  it('names what differs and is used at start only', () => {
    const next = config({
      database: { host: 'other', password: new Secret('a') },
      telemetry: { enabled: true },
      auth: { mode: 'oauth', publicPaths: ['/x'] },
    });

    expect(findKeysThatNeedRestart(config(), next)).toEqual(['database', 'telemetry']);
  });

  it('notices another password', () => {
    const next = config({ database: { host: 'db', password: new Secret('b') } });

    expect(findKeysThatNeedRestart(config(), next)).toEqual(['database']);
  });

  it('is silent about sources, registries and authentication', () => {
    const next = config({ sources: [{}], registries: [{}], auth: { mode: 'oauth', publicPaths: ['/x'] } });

    expect(findKeysThatNeedRestart(config(), next)).toEqual([]);
  });
});

describe('ConfigReloader', () => {
  it('applies good files one after the other and survives bad ones', async () => {
    const applied: number[] = [];
    let reads = 0;
    const reloader = new ConfigReloader({
      path: 'unused.yaml',
      current: config(),
      read: () => {
        reads++;
        if (reads === 2) throw new Error('bad file');
        return config({ catalog: { pageCacheBytes: reads } });
      },
      apply: async ({ catalog }) => {
        await Promise.resolve();
        applied.push(catalog.pageCacheBytes);
      },
    });

    await Promise.all([reloader.reload(), reloader.reload(), reloader.reload()]);

    expect(applied).toEqual([1, 3]);
  });
});
