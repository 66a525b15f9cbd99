import { describe, expect, it } from 'vitest';
import type { DatabaseConfig } from '../config/config.js';
import { shareConnections } from './pool-share.js';

describe('shareConnections', () => {
  it.each([
    [1, { open: 25, idle: 5 }, { open: 25, idle: 5 }],
    [4, { open: 64, idle: 8 }, { open: 16, idle: 2 }],
    [4, { open: 18, idle: 1 }, { open: 5, idle: 1 }],
    [8, { open: 8, idle: 0 }, { open: 4, idle: 0 }],
    [2, { open: 2, idle: 0 }, { open: 2, idle: 0 }],
  ])('gives each of %i processes of %j the part %j', (processes, all, part) => {
    const config = { maxOpenConns: all.open, maxIdleConns: all.idle } as DatabaseConfig;

    const shared = shareConnections(config, processes);

    expect({ open: shared.maxOpenConns, idle: shared.maxIdleConns }).toEqual(part);
  });
});
