/** Where audit records go: one line each, in order. */
export interface AuditSink {
  /** Writes one line that ends in a newline. Never throws: a sink that cannot write says so by `isFailing`. */
  write(line: string): void;
  /** Whether the last write failed; `audit.onFailure: refuse` then refuses changes. */
  readonly isFailing: boolean;
  /** Opens the destination anew, after a rotation (audit spec A5). */
  reopen(): void;
  /** Writes what is left and closes; called last, after every request has been answered. */
  close(): void;
}
