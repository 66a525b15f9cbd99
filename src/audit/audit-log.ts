import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AuditConfig } from '../config/config.js';
import { createLogger } from '../telemetry/logging.js';
import { toRecordLine, type AuditEvent } from './audit-record.js';
import type { AuditSink } from './sinks/audit-sink.js';
import { FileSink } from './sinks/file-sink.js';
import { StdoutSink } from './sinks/stdout-sink.js';

const log = createLogger('audit');

/** How often a failing file is reported, in milliseconds (audit spec A6). */
const REPORT_INTERVAL_MS = 60_000;

/** Counts of the audit log for metrics. */
export interface AuditCounts {
  written: number;
  failures: number;
  lost: number;
}

/** The audit log: filters events by type and writes them to the configured sink (audit spec 1 and 2). */
@Injectable()
export class AuditLog implements OnApplicationShutdown {
  readonly counts: AuditCounts = { written: 0, failures: 0, lost: 0 };
  readonly #sink: AuditSink | undefined;
  readonly #only: ReadonlySet<string>;
  readonly #never: ReadonlySet<string>;
  #lastReport = -Infinity;

  /** @throws Error when auditing is enabled and the file cannot be opened */
  constructor(readonly config: AuditConfig) {
    this.#only = new Set(config.eventTypes);
    this.#never = new Set(config.excludeEventTypes);
    if (config.enabled) this.#sink = config.logFile ? this.openFile(config.logFile) : new StdoutSink();
  }

  get isEnabled(): boolean {
    return this.#sink !== undefined;
  }

  /** Whether records are waiting because the file cannot be written. */
  get isFailing(): boolean {
    return this.#sink?.isFailing ?? false;
  }

  /** Whether changes are refused now, as `audit.onFailure: refuse` wants it. */
  get refusesChanges(): boolean {
    return this.config.onFailure === 'refuse' && this.isFailing;
  }

  /** Whether SIGHUP has something to reopen. */
  get hasFile(): boolean {
    return this.config.enabled && this.config.logFile !== undefined;
  }

  /** Records an event, unless the configuration leaves its type out. */
  record(event: AuditEvent): void {
    if (!this.#sink || this.#never.has(event.type)) return;
    if (this.#only.size > 0 && !this.#only.has(event.type)) return;
    this.#sink.write(toRecordLine(event, new Date()));
    this.counts.written++;
  }

  /** Opens the file anew, after it was rotated. */
  reopen(): void {
    this.#sink?.reopen();
  }

  onApplicationShutdown(): void {
    this.#sink?.close();
  }

  private openFile(path: string): FileSink {
    return new FileSink(path, {
      onFailure: (error) => {
        this.counts.failures++;
        this.report(error);
      },
      onLoss: (lines) => {
        this.counts.lost += lines;
        this.report(new Error(`${lines} audit records lost`));
      },
    });
  }

  private report(error: unknown): void {
    const now = performance.now();
    if (now - this.#lastReport < REPORT_INTERVAL_MS) return;
    this.#lastReport = now;
    log.error({ err: error, file: this.config.logFile }, 'audit log cannot be written');
  }
}
