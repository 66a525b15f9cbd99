import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newExchange } from '../../../test/harness/exchange.js';
import type { HttpResponse } from './request-context.js';
import { limitWriting, WRITING_LIMIT_MS } from './writing-limit.js';

describe('the limit of writing', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function answerWith(pendingBytes: number): { response: HttpResponse; isConnected: () => boolean } {
    const { request, response } = newExchange();
    Object.defineProperty(response, 'writableLength', { value: pendingBytes });
    return { response, isConnected: () => !request.socket.destroyed };
  }

  it('ends the connection of a client that does not take its answer', () => {
    const { response, isConnected } = answerWith(1);

    limitWriting(response);

    vi.advanceTimersByTime(WRITING_LIMIT_MS - 1);
    expect(isConnected()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(isConnected()).toBe(false);
  });

  it('leaves the connection of a client alone that takes it in time', () => {
    const { response, isConnected } = answerWith(1);

    limitWriting(response);
    response.emit('close');

    expect([vi.getTimerCount(), isConnected()]).toEqual([0, true]);
  });

  it('does not watch answers that are on their way', () => {
    limitWriting(answerWith(0).response);

    expect(vi.getTimerCount()).toBe(0);
  });
});
