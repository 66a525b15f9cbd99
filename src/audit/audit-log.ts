import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AuditConfig } from '../config/config.js';
import { createLogger } from '../telemetry/logging.js';
import { toRecordLine, type AuditEvent } from './audit-record.js';
import type { AuditSink, AuditSinkObserver } from './sinks/audit-sink.js';
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
  /** Whether the last thing that the log says is that records cannot be written. */
  #isReported = false;

  /**
   * @param isShared - whether other processes of this server write to the same file
   * @throws Error when auditing is enabled and the file cannot be opened
   */
  constructor(
    readonly config: AuditConfig,
    isShared = false,
  ) {
    this.#only = new Set(config.eventTypes);
    this.#never = new Set(config.excludeEventTypes);
    if (config.enabled) this.#sink = this.openSink(config.logFile, isShared);
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
    if (!this.#sink) return;
    const { lost } = this.counts;
    this.#sink.close();
    // Said in any case: nothing comes after it.
    if (this.counts.lost > lost) log.error({ lost: this.counts.lost }, 'audit records lost');
  }

  private openSink(path: string | undefined, isShared: boolean): AuditSink {
    const observer: AuditSinkObserver = {
      onFailure: (error) => {
        this.counts.failures++;
        this.report(error);
      },
      onLoss: (lines) => {
        this.counts.lost += lines;
        this.report(new Error(`${lines} audit records lost`));
      },
      onRecovery: () => this.reportRecovery(),
    };
    return path ? new FileSink(path, observer, isShared) : new StdoutSink(observer);
  }

  private report(error: unknown): void {
    const now = performance.now();
    if (now - this.#lastReport < REPORT_INTERVAL_MS) return;
    this.#lastReport = now;
    this.#isReported = true;
    log.error({ err: error, file: this.config.logFile }, 'audit log cannot be written');
  }

  // Only after a failure that was reported, so that a file that comes and goes has two lines a minute at the most.
  private reportRecovery(): void {
    if (!this.#isReported) return;
    this.#isReported = false;
    log.info({ file: this.config.logFile, lost: this.counts.lost }, 'audit log can be written again');
  }
}
