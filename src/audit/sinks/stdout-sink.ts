import type { AuditSink } from './audit-sink.js';

/** Audit records among the other lines of standard output, told apart by `"level":"AUDIT"` (audit spec 2). */
export class StdoutSink implements AuditSink {
  readonly isFailing = false;

  write(line: string): void {
    process.stdout.write(line);
  }

  reopen(): void {}

  close(): void {}
}
