import { DocumentError } from '../documents/parsed-document.js';
import { DomainError } from '../common/errors.js';
import { maskUrlPasswords } from '../common/url-password.js';
import { storableText } from '../common/storable-text.js';

/** The lease was lost, taken back because the source changed, or the source is gone: the pass must store nothing. */
export class LeaseLostError extends Error {
  constructor() {
    super('the source changed, is gone, or was taken over by another process');
    this.name = 'LeaseLostError';
  }
}

/** What was fetched cannot be used, or could not be fetched; the message is a sentence for the operator, without secrets. */
export class FetchError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(maskUrlPasswords(message), options);
    this.name = 'FetchError';
  }
}

/** The network failed or was too slow: trying again may help. */
export class NetworkError extends FetchError {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'NetworkError';
  }
}

/** The settings of a source contradict each other; nothing was fetched. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingsError';
  }
}

/** The steps of a pass that may fail, as error metrics name them (telemetry spec 4). */
export type FailedStep = 'ValidationFailed' | 'FetchFailed' | 'StorageFailed';

const PREFIXES: Readonly<Record<FailedStep, string>> = {
  ValidationFailed: 'Registry validation failed: ',
  FetchFailed: 'Fetch failed: ',
  StorageFailed: 'Storage failed: ',
};

const MAX_MESSAGE_LENGTH = 2000;

/** Why a pass failed: the step, and the message for its status (sync spec 5.3). */
export interface PassFailure {
  readonly step: FailedStep;
  readonly message: string;
}

function failure(step: FailedStep, text: string): PassFailure {
  // A document can bring any text into a message.
  return { step, message: storableText(maskUrlPasswords(PREFIXES[step] + text), MAX_MESSAGE_LENGTH) };
}

/**
 * Says why a pass failed. Errors that nobody foresaw are described in general words: their text is for the log.
 * @param fallback - the step in which the pass was, for errors that do not tell
 */
export function describeFailure(error: unknown, fallback: FailedStep): PassFailure {
  if (error instanceof SettingsError) return failure('ValidationFailed', error.message);
  if (error instanceof FetchError) return failure('FetchFailed', error.message);
  if (error instanceof DocumentError) {
    return failure(error.failure === 'storage' ? 'StorageFailed' : 'FetchFailed', error.message);
  }
  if (error instanceof DomainError) return failure(fallback, error.message);
  return failure(fallback, 'unexpected error; the log of the server says more');
}
