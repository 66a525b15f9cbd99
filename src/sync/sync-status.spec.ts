import { describe, expect, it } from 'vitest';
import { completedMessage } from './sync-status.js';

describe('completedMessage', () => {
  it.each([
    [0, 'Sync completed successfully'],
    [1, 'Sync completed successfully, 1 invalid entry was skipped'],
    [3, 'Sync completed successfully, 3 invalid entries were skipped'],
  ])('tells of %i skipped entries', (count, message) => {
    expect(completedMessage(count)).toBe(message);
  });
});
