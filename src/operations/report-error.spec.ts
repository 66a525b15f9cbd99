import { describe, expect, it, vi } from 'vitest';
import { DatabaseUnavailableError } from '../common/errors.js';
import type { Logger } from '../telemetry/logging.js';
import { createErrorReporter } from './report-error.js';

describe('createErrorReporter', () => {
  function reportOf(error: unknown, id?: string): unknown[] {
    const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
    createErrorReporter(log as unknown as Logger)(error, { id });
    return Object.entries(log).flatMap(([level, { mock }]) => mock.calls.map(([fields]) => ({ level, ...fields })));
  }

  it('says what is away, and why', () => {
    const error = new DatabaseUnavailableError({ cause: new Error('could not extend file') });

    expect(reportOf(error, 'id-1')).toEqual([
      { level: 'warn', reason: 'database unavailable', cause: 'could not extend file', request_id: 'id-1' },
    ]);
  });

  it('says little of probes', () => {
    expect(reportOf(new DatabaseUnavailableError())).toMatchObject([{ level: 'debug', cause: undefined }]);
  });

  it('tells everything of what nobody foresaw', () => {
    const error = new Error('odd');

    expect(reportOf(error, 'id-1')).toEqual([{ level: 'error', err: error, request_id: 'id-1' }]);
  });
});
