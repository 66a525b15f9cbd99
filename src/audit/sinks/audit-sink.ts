/** Where audit records go: one line each, in order. */
export interface AuditSink {
  /** Writes one line that ends in a newline. Never throws: a sink that cannot write says so by `isFailing`. */
  write(line: string): void;
  /** Whether records cannot be written where they belong; `audit.onFailure: refuse` then refuses changes. */
  readonly isFailing: boolean;
  /** Opens the destination anew, after a rotation (audit spec A5). */
  reopen(): void;
  /** Writes what is left and closes; called last, after every request has been answered. */
  close(): void;
}

/** Told how a sink fares; nothing of it may throw. */
export interface AuditSinkObserver {
  /** Something could not be written or opened; called again with every attempt. */
  onFailure(error: unknown): void;
  /** Lines are lost for good. */
  onLoss(lines: number): void;
  /** After a failure everything that was waiting has been written. */
  onRecovery(): void;
}
