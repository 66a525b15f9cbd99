import { afterEach, describe, expect, it, vi } from 'vitest';
import { rootLogger } from '../telemetry/logging.js';
import { createDataSourceOptions } from './data-source-options.js';

describe('createDataSourceOptions', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('logs of a lost connection why, and nothing of the connection', () => {
    const warn = vi.fn();
    vi.spyOn(rootLogger, 'child').mockReturnValue({ warn } as never);
    const pool = { max: 4, min: 0, maxLifetimeSeconds: 3600 };
    const options = createDataSourceOptions({ application: {}, migration: {}, pool });
    const error = new Error('terminating connection due to administrator command');

    const lost = Object.assign(error, { code: '57P01', client: { secretKey: 42 } });
    if (options.type === 'postgres') options.poolErrorHandler?.(lost);

    expect(warn).toHaveBeenCalledWith({ reason: error.message, code: '57P01' }, 'idle database connection lost');
  });
});
