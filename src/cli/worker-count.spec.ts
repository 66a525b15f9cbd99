import { describe, expect, it } from 'vitest';
import { parseWorkerCount } from './worker-count.js';

describe('parseWorkerCount', () => {
  it.each([
    ['1', 1],
    ['2', 2],
    ['10', 10],
    ['64', 64],
  ])('reads %s', (text, count) => {
    expect(parseWorkerCount(text, '--workers')).toBe(count);
  });

  it.each(['', '0', '65', '100', '-1', '+2', '01', '1.5', '1e1', '0x2', ' 2', '2 ', 'two', 'auto', 'NaN'])(
    'refuses %j and names where it comes from',
    (text) => {
      expect(() => parseWorkerCount(text, 'THV_REGISTRY_WORKERS')).toThrow(
        `invalid THV_REGISTRY_WORKERS ${JSON.stringify(text)}: expected an integer from 1 to 64`,
      );
    },
  );
});
