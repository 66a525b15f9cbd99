/** A worker that can be asked. */
export interface Asked {
  readonly number: number;
  /** Asks; the answer comes by {@link AnswerCollector.take}. */
  ask(id: number): void;
}

interface Collection {
  readonly missing: Set<number>;
  readonly texts: Record<string, string>;
  readonly done: () => void;
}

/** Asks several workers the same and waits a while for the answers. */
export class AnswerCollector {
  #lastId = 0;
  readonly #open = new Map<number, Collection>();

  constructor(private readonly limitMs: number) {}

  /** @returns what has come by the time limit, by the number of the worker */
  async collect(workers: readonly Asked[]): Promise<Readonly<Record<string, string>>> {
    const id = ++this.#lastId;
    const texts: Record<string, string> = {};
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((done) => {
      if (workers.length === 0) return done();
      timer = setTimeout(done, this.limitMs);
      this.#open.set(id, { missing: new Set(workers.map(({ number }) => number)), texts, done });
      for (const worker of workers) worker.ask(id);
    });
    clearTimeout(timer);
    this.#open.delete(id);
    return texts;
  }

  /** Takes an answer; one that is late, or of somebody who was not asked, is dropped. */
  take(number: number, id: number, text: string): void {
    const collection = this.#open.get(id);
    if (!collection?.missing.delete(number)) return;
    collection.texts[number] = text;
    if (collection.missing.size === 0) collection.done();
  }

  /** Waits no longer for somebody who has died. */
  forget(number: number): void {
    for (const { missing, done } of this.#open.values()) {
      if (missing.delete(number) && missing.size === 0) done();
    }
  }
}
