import { describe, expect, it } from 'vitest';
import { RestartDelay } from './restart-delay.js';

describe('RestartDelay', () => {
  it('doubles from one second to thirty while workers die soon', () => {
    const delay = new RestartDelay();

    const delays = Array.from({ length: 7 }, () => delay.after(5_000));

    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('begins anew after a worker that was ready for a minute', () => {
    const delay = new RestartDelay();
    delay.after(0);
    delay.after(0);

    expect(delay.after(60_000)).toBe(1_000);
    expect(delay.after(59_999)).toBe(2_000);
  });
});
