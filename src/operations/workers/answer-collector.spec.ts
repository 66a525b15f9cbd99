import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswerCollector } from './answer-collector.js';

describe('AnswerCollector', () => {
  let collector: AnswerCollector;
  let asked: (readonly [number, number])[];
  const worker = (number: number) => ({ number, ask: (id: number) => void asked.push([number, id]) });

  beforeEach(() => {
    vi.useFakeTimers();
    collector = new AnswerCollector(2_000);
    asked = [];
  });
  afterEach(() => vi.useRealTimers());

  it('gives the answers of all', async () => {
    const collected = collector.collect([worker(2), worker(3)]);

    collector.take(3, 1, 'c');
    collector.take(2, 1, 'b');

    expect(await collected).toEqual({ 2: 'b', 3: 'c' });
    expect(asked).toEqual([
      [2, 1],
      [3, 1],
    ]);
  });

  it('goes without those that do not answer in time', async () => {
    const collected = collector.collect([worker(2), worker(3)]);
    collector.take(2, 1, 'b');
    await vi.advanceTimersByTimeAsync(2_000);

    expect(await collected).toEqual({ 2: 'b' });
    collector.take(3, 1, 'late');
  });

  it('does not wait for one that has died', async () => {
    const collected = collector.collect([worker(2), worker(3)]);
    collector.take(2, 1, 'b');
    collector.forget(3);

    expect(await collected).toEqual({ 2: 'b' });
  });

  it('keeps what belongs to another collection apart', async () => {
    const first = collector.collect([worker(2)]);
    const second = collector.collect([worker(2)]);
    collector.take(2, 2, 'second');
    collector.take(2, 1, 'first');

    expect([await first, await second]).toEqual([{ 2: 'first' }, { 2: 'second' }]);
  });

  it('asks nobody where there is nobody', async () => {
    expect(await collector.collect([])).toEqual({});
  });
});
