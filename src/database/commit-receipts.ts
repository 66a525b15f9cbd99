import { randomUUID } from 'node:crypto';

/** How long a write waits for other processes to follow, in milliseconds. */
const WAIT_LIMIT_MS = 300;

/** How long processes that did not follow in time are not waited for, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Waits until the other processes serve what one transaction has changed. */
export class CommitReceipt {
  readonly #confirmedBy = new Set<string>();
  #wanted = 0;
  #onComplete: (() => void) | undefined;

  /** @param payload - to be sent with the notification of the change */
  constructor(readonly payload: string) {}

  /** How many of those that were waited for have not confirmed. */
  get missing(): number {
    return Math.max(this.#wanted - this.#confirmedBy.size, 0);
  }

  /** Says how many other processes are to confirm; the commit comes after it. */
  want(others: number): void {
    this.#wanted = others;
  }

  confirm(process: string): void {
    this.#confirmedBy.add(process);
    if (this.missing === 0) this.#onComplete?.();
  }

  /** Resolves when all have confirmed, or the time is over. */
  async complete(): Promise<void> {
    if (this.missing === 0) return;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, WAIT_LIMIT_MS);
      this.#onComplete = () => {
        clearTimeout(limit);
        resolve();
      };
    });
  }
}

/**
 * Lets a client that wrote through one process read its write from any other at once, as it could where all read the
 * database: a process that has followed a change confirms it by a notification of its own, which the one that wrote waits
 * for. A process that hangs delays a write once, and is not waited for in the time that follows.
 */
export class CommitReceipts {
  readonly #process = randomUUID();
  readonly #open = new Map<string, CommitReceipt>();
  #count = 0;
  #absent = 0;
  #absentUntil = 0;

  /** Begins to collect confirmations of a change that is going to be committed. */
  open(): CommitReceipt {
    const receipt = new CommitReceipt(`changed ${this.#process} ${++this.#count}`);
    this.#open.set(receipt.payload, receipt);
    return receipt;
  }

  /** Of so many processes that listen, this one among them, those that are waited for. */
  waitedFor(listening: number): number {
    return Math.max(listening - 1 - this.#stillAbsent(), 0);
  }

  /** Waits until the change is confirmed; to be called after the commit. */
  async complete(receipt: CommitReceipt): Promise<void> {
    await receipt.complete();
    if (receipt.missing > 0) {
      this.#absent = receipt.missing + this.#stillAbsent();
      this.#absentUntil = performance.now() + PATIENCE_MS;
    }
  }

  /** Ends the collection, whatever has become of the transaction. */
  close(receipt: CommitReceipt): void {
    this.#open.delete(receipt.payload);
  }

  /** What to answer to a notification once the change has been followed; undefined when nobody waits for it. */
  confirmationOf(payload: string): string | undefined {
    const [kind, process, number] = payload.split(' ');
    if (kind !== 'changed' || process === this.#process) return undefined;
    return `seen ${process} ${number} ${this.#process}`;
  }

  /** Takes a confirmation. @returns whether the notification was one, of this process's changes or another's */
  take(payload: string): boolean {
    const [kind, process, number, by] = payload.split(' ');
    if (kind !== 'seen') return false;
    this.#open.get(`changed ${process} ${number}`)?.confirm(by ?? '');
    return true;
  }

  #stillAbsent(): number {
    return performance.now() < this.#absentUntil ? this.#absent : 0;
  }
}
