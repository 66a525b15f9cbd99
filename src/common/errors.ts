/** Stable codes of the domain errors; the exception filter maps each to one HTTP status. */
export type ErrorCode =
  | 'invalid_input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'payload_too_large'
  | 'bad_gateway'
  | 'unavailable';

/**
 * Base of every error that a service throws on purpose. `message` is a sentence for the caller: it never holds SQL,
 * a stack or a secret. What the operator needs beyond it goes into `cause`, which only the log shows.
 */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request (or a document in it) is wrong; the message names the member and what was expected. HTTP 400. */
export class InvalidInputError extends DomainError {
  readonly code = 'invalid_input';
}

/** No caller, or one whose token does not validate. HTTP 401. */
export class AuthenticationError extends DomainError {
  readonly code = 'unauthenticated';
}

/** The caller is known and may not do this. HTTP 403. */
export class ForbiddenError extends DomainError {
  readonly code = 'forbidden';
}

/** The thing does not exist, or this caller may not know that it does. HTTP 404. */
export class NotFoundError extends DomainError {
  readonly code = 'not_found';
}

/** The request contradicts the present state. HTTP 409. */
export class ConflictError extends DomainError {
  readonly code = 'conflict';
}

/** The request body exceeds the limit. HTTP 413. */
export class PayloadTooLargeError extends DomainError {
  readonly code = 'payload_too_large';
}

/** Something the server fetched on the caller's behalf failed. HTTP 502. */
export class BadGatewayError extends DomainError {
  readonly code = 'bad_gateway';
}

/** A part the server depends on is away, or took too long. HTTP 503, with `Retry-After` when `retryAfterSeconds` is set. */
export class UnavailableError extends DomainError {
  readonly code = 'unavailable';
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options?: { cause?: unknown; retryAfterSeconds?: number }) {
    super(message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** The database cannot be reached (ahead.md P8). */
export class DatabaseUnavailableError extends UnavailableError {
  constructor(options?: { cause?: unknown }) {
    super('database unavailable', { ...options, retryAfterSeconds: 5 });
  }
}

/** The request took longer than the processing limit (admin-api spec B3). */
export class RequestTimeoutError extends UnavailableError {
  constructor(options?: { cause?: unknown }) {
    super('request timed out', options);
  }
}

/**
 * Something broke that the caller cannot change. The message tells only what was being done; `cause` is the error that
 * broke it, for the log, which therefore treats it as any other unexpected error. HTTP 500.
 */
export class OperationFailedError extends Error {
  constructor(message: string, options: { cause: unknown }) {
    super(message, options);
    this.name = 'OperationFailedError';
  }
}
