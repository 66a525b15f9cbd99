import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError, OperationFailedError, UnavailableError, type ErrorCode } from '../errors.js';
import { findRequestContext, type HttpResponse } from './request-context.js';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  payload_too_large: 413,
  bad_gateway: 502,
  unavailable: 503,
};

/** Called with every error that is answered 5xx, and its request id. */
export type UnexpectedErrorReporter = (error: unknown, request: { readonly id: string | undefined }) => void;

/** The status and the caller's message of any error; unknown errors are a 500 that says nothing. */
export function describeError(error: unknown): { status: number; message: string } {
  if (error instanceof DomainError) return { status: STATUS[error.code], message: error.message };
  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (status === 404) return { status, message: 'not found' };
    return { status, message: status >= 500 ? 'internal server error' : error.message };
  }
  return { status: 500, message: error instanceof OperationFailedError ? error.message : 'internal server error' };
}

/** Turns every error into the contract's one shape: status and `{"error": "<sentence>"}` (consumer spec 8). */
@Catch()
export class DomainExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly report: UnexpectedErrorReporter,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getResponse<HttpResponse>());
  }

  /** Answers with an error that was thrown before Nest was reached. */
  answer(error: unknown, response: HttpResponse): void {
    const { status, message } = describeError(error);
    if (status >= 500) this.report(error, { id: findRequestContext(response.req)?.requestId });
    if (response.headersSent) return;
    if (error instanceof UnavailableError && error.retryAfterSeconds !== undefined) {
      response.setHeader('Retry-After', error.retryAfterSeconds);
    }
    // The rest of a refused body is not read: the connection cannot be used again.
    if (status === 413) response.setHeader('Connection', 'close');
    this.adapterHost.httpAdapter.reply(response, { error: message }, status);
  }
}
