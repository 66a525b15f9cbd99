import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { AuditSink, AuditSinkObserver } from './audit-sink.js';
import { errorText } from '../../common/error-text.js';
import { blankOut, takeBack } from './cut-record.js';

/** How often the path is compared with the open file, in milliseconds; a rotation is noticed within 5 s (A5). */
const ROTATION_CHECK_MS = 2_000;
/** Lines kept while the file cannot be written, in bytes; the oldest are lost first. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;
const FILE_MODE = 0o600;
const NEWLINE = 0x0a;
const LINE_END = Buffer.from('\n');

/** Whether a file ends within a line, as after a loss of power; false where that cannot be found out. */
function endsWithinLine(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    const descriptor = openSync(path, 'r');
    try {
      const last = Buffer.alloc(1);
      const { size } = fstatSync(descriptor);
      return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A file that may be written, but not read, or that is not there yet.
    return false;
  }
}

/**
 * Appends records to a file that nobody else can read. Lines that cannot be written, as on a full disk, wait in a bounded
 * backlog and are written in order when the file can be written again; a line that was cut off is taken back. Every line is
 * one write of its own, so that several processes may append to one file.
 */
export class FileSink implements AuditSink {
  #descriptor: number;
  #isClosed = false;
  /** Whether the path could not be opened anew, so that lines go to the file that was there before. */
  #isAstray = false;
  #wasFailing = false;
  /** Whether the file may end within a line of ours that could not be taken back. */
  #isTorn = false;
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  readonly #rotationCheck: NodeJS.Timeout;

  /**
   * @param isShared - whether other processes append to the file
   * @throws Error `failed to open audit log file …` when the path cannot be opened for appending
   */
  constructor(
    private readonly path: string,
    private readonly observer: AuditSinkObserver,
    private readonly isShared = false,
  ) {
    const isTorn = endsWithinLine(path);
    try {
      this.#descriptor = openSync(path, 'a', FILE_MODE);
    } catch (error) {
      throw new Error(`failed to open audit log file "${path}": ${errorText(error)}`, { cause: error });
    }
    this.#rotationCheck = setInterval(() => this.followRotation(), ROTATION_CHECK_MS).unref();
    if (isTorn) this.write('\n');
  }

  get isFailing(): boolean {
    return this.#isAstray || this.#backlog.length > 0;
  }

  write(line: string): void {
    if (this.#isClosed) {
      this.observer.onLoss(1);
      return;
    }
    this.enqueue(Buffer.from(line));
    this.flush();
  }

  reopen(): void {
    if (this.#isClosed) return;
    const previous = this.#descriptor;
    try {
      this.#descriptor = openSync(this.path, 'a', FILE_MODE);
      this.#isAstray = false;
      this.#isTorn = false;
      closeSync(previous);
    } catch (error) {
      // The old file goes on to be written: better in the wrong place than nowhere.
      this.#isAstray = this.#descriptor === previous;
      this.observer.onFailure(error);
    }
    this.flush();
  }

  close(): void {
    clearInterval(this.#rotationCheck);
    this.flush();
    if (this.#backlog.length > 0) this.observer.onLoss(this.#backlog.length);
    this.#isClosed = true;
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
      if (this.#isAstray && fstatSync(this.#descriptor).nlink === 0) throw new Error('the file has been removed');
      for (const line of this.#backlog) {
        this.append(line);
        written++;
        this.#backlogBytes -= line.length;
      }
    } catch (error) {
      this.observer.onFailure(error);
    }
    this.#backlog.splice(0, written);
    if (this.#wasFailing && !this.isFailing) this.observer.onRecovery();
    this.#wasFailing = this.isFailing;
  }

  private append(line: Buffer): void {
    const bytes = this.#isTorn ? Buffer.concat([LINE_END, line]) : line;
    const size = writeSync(this.#descriptor, bytes);
    if (size === bytes.length) {
      this.#isTorn = false;
      return;
    }
    if (this.isShared) this.#isTorn = !blankOut(this.#descriptor, this.path, bytes.subarray(0, size));
    else takeBack(this.#descriptor, size);
    throw new Error('no space left for the whole audit record');
  }

  private followRotation(): void {
    if (!this.isInPlace()) this.reopen();
    else if (this.isFailing) this.flush();
  }

  private isInPlace(): boolean {
    if (this.#isAstray) return false;
    try {
      const opened = fstatSync(this.#descriptor);
      const current = statSync(this.path);
      return current.ino === opened.ino && current.dev === opened.dev;
    } catch {
      return false;
    }
  }
}
