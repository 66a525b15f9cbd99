import { statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ProblemList } from '../problem.js';
import type { RawConfig } from '../schema/config.schema.js';

const MAX_DATA_SIZE = 1_048_576;

/** Checks `audit`, also when it is disabled (audit spec 1). */
export function checkAudit(audit: RawConfig['audit'] = {}, problems: ProblemList): void {
  const { maxDataSize = 0, logFile, onFailure } = audit;
  const path = ['audit', 'maxDataSize'];
  if (maxDataSize < 0) problems.add(path, `audit.maxDataSize must be non-negative, got ${maxDataSize}`);
  if (maxDataSize > MAX_DATA_SIZE) {
    problems.add(path, `audit.maxDataSize must not exceed ${MAX_DATA_SIZE} bytes, got ${maxDataSize}`);
  }
  if (logFile) checkFolder(dirname(resolve(logFile)), problems);
  if (onFailure && onFailure !== 'continue' && onFailure !== 'refuse') {
    problems.add(['audit', 'onFailure'], `audit.onFailure must be 'continue' or 'refuse', got '${onFailure}'`);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function checkFolder(folder: string, problems: ProblemList): void {
  const stats = statOf(folder);
  if (!stats) problems.add(['audit', 'logFile'], `audit.logFile directory does not exist: ${folder}`);
  else if (!stats.isDirectory()) {
    problems.add(['audit', 'logFile'], `audit.logFile parent path is not a directory: ${folder}`);
  }
}
