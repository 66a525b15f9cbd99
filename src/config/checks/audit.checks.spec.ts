import { describe, expect, it } from 'vitest';
import { loadFailure, loadTestConfig, type Change } from '../../../test/harness/test-config.js';

describe('the checks of audit', () => {
  it.each<[string, Change]>([
    ['the largest audit data size', (c) => void (c['audit'] = { enabled: true, maxDataSize: 1_048_576 })],
  ])('accept %s', (_name, change) => {
    expect(() => loadTestConfig(change)).not.toThrow();
  });

  it.each<[string, Change, string]>([
    [
      'a negative audit data size',
      (c) => void (c['audit'] = { maxDataSize: -1 }),
      'audit.maxDataSize must be non-negative, got -1',
    ],
    [
      'an audit data size above 1 MiB',
      (c) => void (c['audit'] = { maxDataSize: 1_048_577 }),
      'audit.maxDataSize must not exceed 1048576 bytes, got 1048577',
    ],
    [
      'an audit log in a missing folder',
      (c) => void (c['audit'] = { logFile: '/nowhere/audit.log' }),
      'audit.logFile directory does not exist',
    ],
    [
      'an audit log below a file',
      (c) => void (c['audit'] = { logFile: `${import.meta.filename}/audit.log` }),
      'audit.logFile parent path is not a directory',
    ],
    [
      'an unknown reaction to audit failures',
      (c) => void (c['audit'] = { onFailure: 'panic' }),
      "audit.onFailure must be 'continue' or 'refuse', got 'panic'",
    ],
  ])('refuse %s', (_name, change, message) => {
    expect(loadFailure(change)).toContain(message);
  });
});
