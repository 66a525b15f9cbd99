import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.js';

const never = new AbortController().signal;

function deferred() {
  return Promise.withResolvers<void>();
}

describe('Semaphore', () => {
  it('lets a bounded number of tasks through, in the order in which they came', async () => {
    const semaphore = new Semaphore(2);
    const gates = [deferred(), deferred(), deferred()];
    const begun: number[] = [];
    const tasks = gates.map((gate, index) =>
      semaphore.run(() => {
        begun.push(index);
        return gate.promise;
      }, never),
    );
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);

    gates[1]!.resolve();
    await tasks[1];
    await Promise.resolve();

    expect(begun).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.all(tasks);
  });

  it('passes a place on when a task fails', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error('no')), never)).rejects.toThrow('no');

    await expect(semaphore.run(() => Promise.resolve('yes'), never)).resolves.toBe('yes');
  });

  it('stops waiting with the signal, without losing a place', async () => {
    const semaphore = new Semaphore(1);
    const gate = deferred();
    const first = semaphore.run(() => gate.promise, never);
    const controller = new AbortController();
    const second = semaphore.run(() => Promise.resolve(), controller.signal);
    const third = semaphore.run(() => Promise.resolve('third'), never);

    controller.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    gate.resolve();

    await first;
    await expect(third).resolves.toBe('third');
  });
});
