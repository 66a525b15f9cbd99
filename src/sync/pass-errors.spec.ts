import { describe, expect, it } from 'vitest';
import { DatabaseUnavailableError, InvalidInputError } from '../common/errors.js';
import { DocumentError } from '../documents/parsed-document.js';
import { describeFailure, FetchError, NetworkError, SettingsError } from './pass-errors.js';

describe('describeFailure', () => {
  it.each<[Error, string]>([
    [new SettingsError('only one'), 'Registry validation failed: only one'],
    [new FetchError('file not found: /x'), 'Fetch failed: file not found: /x'],
    [new NetworkError('GET http://h: late'), 'Fetch failed: GET http://h: late'],
    [new DocumentError('validation failed: x'), 'Fetch failed: validation failed: x'],
    [new DocumentError('too large', { failure: 'storage' }), 'Storage failed: too large'],
    [new InvalidInputError('name too long'), 'Storage failed: name too long'],
    [new DatabaseUnavailableError(), 'Storage failed: database unavailable'],
  ])('gives %o its prefix', (error, message) => {
    expect(describeFailure(error, 'StorageFailed').message).toBe(message);
  });

  it('describes what nobody foresaw in general words', () => {
    const { message } = describeFailure(new Error('duplicate key violates "entry_pkey"'), 'StorageFailed');

    expect(message).toBe('Storage failed: unexpected error; the log of the server says more');
  });

  it('hides passwords, and text that cannot be stored', () => {
    const { message } = describeFailure(new FetchError('GET https://u:pw@h/x\0 \ud800'), 'FetchFailed');

    expect(message).toBe('Fetch failed: GET https://u:***@h/x\\u0000 \ufffd');
  });

  it('keeps messages short enough to be shown', () => {
    expect(describeFailure(new FetchError('x'.repeat(10_000)), 'FetchFailed').message).toHaveLength(2000);
  });
});
