import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommitReceipts } from './commit-receipts.js';

describe('CommitReceipts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Whether the promise is settled by now. */
  async function isSettled(promise: Promise<void>): Promise<boolean> {
    let settled = false;
    void promise.then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(0);
    return settled;
  }

  it('waits until every other process has confirmed', async () => {
    const [writer, one, two] = [new CommitReceipts(), new CommitReceipts(), new CommitReceipts()];
    const receipt = writer.open();
    receipt.want(writer.waitedFor(3));

    const completed = writer.complete(receipt);
    writer.take(one.confirmationOf(receipt.payload) ?? '');
    writer.take(one.confirmationOf(receipt.payload) ?? '');
    expect(await isSettled(completed)).toBe(false);
    writer.take(two.confirmationOf(receipt.payload) ?? '');

    expect(await isSettled(completed)).toBe(true);
  });

  it('counts what was confirmed before the commit came back', async () => {
    const [writer, other] = [new CommitReceipts(), new CommitReceipts()];
    const receipt = writer.open();
    receipt.want(writer.waitedFor(2));
    writer.take(other.confirmationOf(receipt.payload) ?? '');

    expect(await isSettled(writer.complete(receipt))).toBe(true);
  });

  it('waits for nobody where nobody else listens', async () => {
    const writer = new CommitReceipts();
    const receipt = writer.open();
    receipt.want(writer.waitedFor(1));

    expect(await isSettled(writer.complete(receipt))).toBe(true);
  });

  it('waits a moment for a process that hangs, and then not for some time', async () => {
    const writer = new CommitReceipts();
    const receipt = writer.open();
    receipt.want(writer.waitedFor(3));
    writer.take(new CommitReceipts().confirmationOf(receipt.payload) ?? '');

    const completed = writer.complete(receipt);
    await vi.advanceTimersByTimeAsync(299);
    expect(await isSettled(completed)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await isSettled(completed)).toBe(true);

    expect(writer.waitedFor(3)).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(writer.waitedFor(3)).toBe(2);
  });

  it('confirms changes of others only, and knows confirmations from changes', () => {
    const [writer, other] = [new CommitReceipts(), new CommitReceipts()];
    const { payload } = writer.open();

    expect(writer.confirmationOf(payload)).toBeUndefined();
    expect(other.confirmationOf('')).toBeUndefined();
    expect(other.take(payload)).toBe(false);
    expect(other.take(other.confirmationOf(payload) ?? '')).toBe(true);
  });
});
