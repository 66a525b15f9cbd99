import { describe, expect, it, vi } from 'vitest';
import { remember } from './remember.js';

describe('remember', () => {
  it('asks once for each text', () => {
    const find = vi.fn((text: string) => text.length);
    const length = remember(find);

    expect([length('a'), length('bb'), length('a')]).toEqual([1, 2, 1]);
    expect(find).toHaveBeenCalledTimes(2);
  });

  it('keeps neither long texts nor any number of them', () => {
    const find = vi.fn((text: string) => text.length);
    const length = remember(find);
    const long = 'x'.repeat(501);

    expect([length(long), length(long)]).toEqual([501, 501]);
    expect(find).toHaveBeenCalledTimes(2);

    for (let index = 0; index <= 10_000; index++) length(`${index}`);
    find.mockClear();
    length('0');
    expect(find).toHaveBeenCalledOnce();
  });

  it('remembers results that are not so', () => {
    const find = vi.fn(() => false);
    const isSo = remember(find);

    expect([isSo('a'), isSo('a')]).toEqual([false, false]);
    expect(find).toHaveBeenCalledOnce();
  });
});
