import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause, withDeadline } from './deadline.js';
import { NetworkError } from './pass-errors.js';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('withDeadline', () => {
  it('gives the result, and leaves no timer behind', async () => {
    const { signal } = new AbortController();

    await expect(withDeadline(signal, { what: 'x', limitMs: 1000 }, () => Promise.resolve(1))).resolves.toBe(1);

    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails at the deadline and says what was late', async () => {
    const { signal } = new AbortController();
    const late = withDeadline(signal, { what: 'GET http://h', limitMs: 90_000 }, untilAborted);
    const expectation = expect(late).rejects.toThrow(new NetworkError('GET http://h: not done within 1m30s'));

    await vi.advanceTimersByTimeAsync(90_000);

    await expectation;
  });

  it('ends with its parent, for the reason of the parent', async () => {
    const controller = new AbortController();
    const work = withDeadline(controller.signal, { what: 'x', limitMs: 1000 }, untilAborted);

    controller.abort(new Error('the server is stopping'));

    await expect(work).rejects.toThrow('the server is stopping');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('pause', () => {
  it('waits, or ends with the signal', async () => {
    const controller = new AbortController();
    const first = pause(500, controller.signal);
    await vi.advanceTimersByTimeAsync(500);
    await expect(first).resolves.toBeUndefined();

    const second = pause(500, controller.signal);
    controller.abort(new Error('enough'));

    await expect(second).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
  });
});
