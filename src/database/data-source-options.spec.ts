import type { Client } from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rootLogger } from '../telemetry/logging.js';
import { createDataSourceOptions } from './data-source-options.js';

describe('createDataSourceOptions', () => {
  afterEach(() => void vi.restoreAllMocks());

  const setUp = () => {
    const warn = vi.fn();
    vi.spyOn(rootLogger, 'child').mockReturnValue({ warn } as never);
    const pool = { max: 4, min: 0, maxLifetimeSeconds: 3600 };
    const options = createDataSourceOptions({ application: {}, migration: {}, pool });
    if (options.type !== 'postgres') throw new Error('not PostgreSQL');
    const reason = 'terminating connection due to administrator command';
    const lose = (client: object) =>
      options.poolErrorHandler?.(Object.assign(new Error(reason), { code: '57P01', client }));
    return { warn, lose, reason, extra: options.extra as { Client: typeof Client } };
  };

  it('logs of a lost connection why, and nothing of the connection', () => {
    const { warn, lose, reason } = setUp();

    lose({ secretKey: 42 });

    expect(warn).toHaveBeenCalledWith({ reason, code: '57P01' }, 'idle database connection lost');
  });

  it('does not count a connection as lost that is being closed', async () => {
    const { warn, lose, extra } = setUp();
    const [kept, closed] = [new extra.Client({}), new extra.Client({})];

    await closed.end();
    lose(closed);
    expect(warn).not.toHaveBeenCalled();

    lose(kept);
    expect(warn).toHaveBeenCalledOnce();
  });
});
