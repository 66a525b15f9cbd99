import type { AuditSink, AuditSinkObserver } from './audit-sink.js';

/**
 * Audit records among the other lines of standard output, told apart by `"level":"AUDIT"` (audit spec 2). A record that
 * cannot be written is lost: nobody can say how much of it a pipe has taken.
 */
export class StdoutSink implements AuditSink {
  #isFailing = false;

  constructor(
    private readonly observer: AuditSinkObserver,
    private readonly output: NodeJS.WritableStream = process.stdout,
  ) {
    // Without a listener the error of a write, which its callback gets as well, would end the process.
    output.on('error', this.#ignore);
  }

  get isFailing(): boolean {
    return this.#isFailing;
  }

  write(line: string): void {
    this.output.write(line, (error) => this.#written(error));
  }

  reopen(): void {}

  close(): void {}

  #written(error: Error | null | undefined): void {
    if (error) {
      this.observer.onFailure(error);
      this.observer.onLoss(1);
    } else if (this.#isFailing) this.observer.onRecovery();
    this.#isFailing = Boolean(error);
  }

  readonly #ignore = (): void => undefined;
}
