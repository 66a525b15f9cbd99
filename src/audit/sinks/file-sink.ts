import { closeSync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import type { AuditSink } from './audit-sink.js';
import { errorText } from '../../common/error-text.js';

/** How often the path is compared with the open file, in milliseconds; a rotation is noticed within 5 s (A5). */
const ROTATION_CHECK_MS = 2_000;
/** Lines kept while the file cannot be written, in bytes; the oldest are lost first. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;
const FILE_MODE = 0o600;

/** Told about lines that could not be written and about lines that are lost for good. */
export interface FileSinkObserver {
  onFailure(error: unknown): void;
  onLoss(lines: number): void;
}

/**
 * Appends records to a file that nobody else can read. Lines that cannot be written, as on a full disk, wait in a bounded
 * backlog and are written in order when the file can be written again; a line that was cut off is taken back.
 */
export class FileSink implements AuditSink {
  #descriptor: number;
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  readonly #rotationCheck: NodeJS.Timeout;

  /** @throws Error `failed to open audit log file …` when the path cannot be opened for appending */
  constructor(
    private readonly path: string,
    private readonly observer: FileSinkObserver,
  ) {
    try {
      this.#descriptor = openSync(path, 'a', FILE_MODE);
    } catch (error) {
      throw new Error(`failed to open audit log file "${path}": ${errorText(error)}`, { cause: error });
    }
    this.#rotationCheck = setInterval(() => this.followRotation(), ROTATION_CHECK_MS).unref();
  }

  get isFailing(): boolean {
    return this.#backlog.length > 0;
  }

  write(line: string): void {
    this.enqueue(Buffer.from(line));
    this.flush();
  }

  reopen(): void {
    try {
      const descriptor = openSync(this.path, 'a', FILE_MODE);
      closeSync(this.#descriptor);
      this.#descriptor = descriptor;
    } catch (error) {
      // The old file goes on to be written: better in the wrong place than nowhere.
      this.observer.onFailure(error);
    }
    this.flush();
  }

  close(): void {
    clearInterval(this.#rotationCheck);
    this.flush();
    if (this.#backlog.length > 0) this.observer.onLoss(this.#backlog.length);
    closeSync(this.#descriptor);
  }

  private enqueue(line: Buffer): void {
    this.#backlog.push(line);
    this.#backlogBytes += line.length;
    let lost = 0;
    while (this.#backlogBytes > MAX_BACKLOG_BYTES && this.#backlog.length > 1) {
      this.#backlogBytes -= this.#backlog.shift()?.length ?? 0;
      lost++;
    }
    if (lost > 0) this.observer.onLoss(lost);
  }

  private flush(): void {
    let written = 0;
    try {
      for (const line of this.#backlog) {
        this.append(line);
        written++;
        this.#backlogBytes -= line.length;
      }
    } catch (error) {
      this.observer.onFailure(error);
    }
    this.#backlog.splice(0, written);
  }

  private append(line: Buffer): void {
    const size = writeSync(this.#descriptor, line);
    if (size === line.length) return;
    ftruncateSync(this.#descriptor, fstatSync(this.#descriptor).size - size);
    throw new Error('no space left for the whole audit record');
  }

  private followRotation(): void {
    if (this.#backlog.length > 0) this.flush();
    const opened = fstatSync(this.#descriptor);
    const current = statSync(this.path, { throwIfNoEntry: false });
    if (current?.ino !== opened.ino || current.dev !== opened.dev) this.reopen();
  }
}
