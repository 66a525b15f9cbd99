import { describe, expect, it } from 'vitest';
import { mergeRejections } from './rejected-merge.js';

const rejected = (name: string, version = '1') => ({ name, version, path: `/${name}`, reason: 'bad' });

describe('mergeRejections', () => {
  it('keeps what has not changed, drops what is settled, adds what is new', () => {
    const before = { rejected: [rejected('a'), rejected('b'), rejected('c')], rejectedCount: 10 };

    const merged = mergeRejections(before, [rejected('d'), rejected('a')], [rejected('b')]);

    expect(merged.rejected.map(({ name }) => name)).toEqual(['d', 'a', 'c']);
    expect(merged.rejectedCount).toBe(10);
  });

  it('tells versions apart', () => {
    const before = { rejected: [rejected('a', '1'), rejected('a', '2')], rejectedCount: 2 };

    expect(mergeRejections(before, [], [rejected('a', '2')])).toEqual({
      rejected: [rejected('a', '1')],
      rejectedCount: 1,
    });
  });
});
