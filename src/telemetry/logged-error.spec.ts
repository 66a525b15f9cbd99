import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { loggedError } from './logged-error.js';

describe('loggedError', () => {
  it('shows message, code and statement of a failed query, but not what it was given', () => {
    const refusal = Object.assign(new Error('could not extend file'), { code: '53100' });

    const shown = loggedError(new QueryFailedError('INSERT INTO entry', ['{"name":"a"}'], refusal));

    expect(shown).toMatchObject({ message: 'could not extend file', code: '53100', query: 'INSERT INTO entry' });
    expect(JSON.stringify(shown)).not.toContain('{\\"name');
  });

  it('tells causes', () => {
    expect(loggedError(new Error('failed to list', { cause: new Error('no such table') }))).toMatchObject({
      type: 'Error',
      message: 'failed to list: no such table',
      stack: expect.stringContaining('caused by: Error: no such table'),
    });
  });

  it.each([['a text'], [undefined], [{ a: 1 }]])('leaves %j as it is', (value) => {
    expect(loggedError(value)).toEqual(value);
  });
});
