import { describe, expect, it, vi } from 'vitest';

/** What a fresh copy of the logger writes to standard error while `work` runs, and until the turn is over. */
async function linesOf(work: (logging: typeof import('./logging.js')) => void, level = 'info'): Promise<string[]> {
  const written: string[] = [];
  vi.resetModules();
  vi.doMock('./batched-destination.js', () => ({
    batchedDestination: () => ({ write: (line: string) => void written.push(line) }),
  }));
  vi.stubEnv('LOG_LEVEL', level);
  vi.stubEnv('THV_REGISTRY_LOG_LEVEL', '');
  vi.stubEnv('LOG_FORMAT', 'json');
  try {
    work(await import('./logging.js'));
  } finally {
    vi.unstubAllEnvs();
    vi.doUnmock('./batched-destination.js');
  }
  return written;
}

describe('logFlat', () => {
  it('writes the very line that the logger would write', async () => {
    const fields = {
      path: '/a"b\\c\n\u2028\u0000é',
      status: 200,
      user: '',
      sub: '\ud800',
      agent: '[a]{b} ~\u007f\u2029 😀',
      id: 'a-b/c',
    };

    const [flat, usual] = await linesOf(({ logFlat, rootLogger }) => {
      vi.spyOn(Date, 'now').mockReturnValue(1_780_000_000_999);
      logFlat('warn', fields, 'HTTP request');
      rootLogger.warn(fields, 'HTTP request');
      vi.restoreAllMocks();
    });

    expect(flat).toMatch(/^\{"level":"WARN","time":"2026-05-28T20:26:40Z",/);
    expect(JSON.parse(flat ?? '')).toEqual(JSON.parse(usual ?? ''));
    expect(flat?.endsWith('}\n')).toBe(true);
  });

  it('writes nothing below the level', async () => {
    const lines = await linesOf(({ logFlat, rootLogger }) => {
      rootLogger.level = 'error';
      logFlat('warn', { a: 1 }, 'not seen');
      logFlat('error', { a: 1 }, 'seen');
    });

    expect(lines).toHaveLength(1);
  });
});

describe('an error', () => {
  it.each(['err', 'cause'])('as %s is written with its message', async (name) => {
    const [line = ''] = await linesOf(({ createLogger }) => {
      createLogger('x').warn({ [name]: new Error('disk full') }, 'failed');
    });

    expect(JSON.parse(line)).toMatchObject({ [name]: { type: 'Error', message: 'disk full' } });
  });
});

describe('the level', () => {
  it.each(['loud', 'constructor', '5'])('is INFO, after a warning, with the unknown value %s', async (level) => {
    const lines = await linesOf(({ rootLogger }) => rootLogger.info('seen'), level);

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'WARN', value: level, msg: 'unknown log level, using info' },
      { level: 'INFO', msg: 'seen' },
    ]);
  });

  it.each([
    ['DEBUG', ['DEBUG', 'WARN']],
    ['Warning', ['WARN']],
    ['error', []],
  ])('%s lets through %j', async (level, seen) => {
    const lines = await linesOf(({ rootLogger }) => {
      rootLogger.debug('details');
      rootLogger.warn('trouble');
    }, level);

    expect(lines.map((line) => JSON.parse(line).level)).toEqual(seen);
  });
});
