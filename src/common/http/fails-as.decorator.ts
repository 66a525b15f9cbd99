import {
  HttpException,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { DomainError, OperationFailedError } from '../errors.js';

/** Says of unexpected errors what was being done. */
export class FailureMessageInterceptor implements NestInterceptor {
  constructor(private readonly message: string) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        const isForeseen = error instanceof DomainError || error instanceof HttpException;
        return throwError(() => (isForeseen ? error : new OperationFailedError(this.message, { cause: error })));
      }),
    );
  }
}

/**
 * Gives a route a sentence of its own for a 500, in place of `internal server error` (admin-api spec 2.5).
 * @param message - general, such as `failed to list sources`
 */
export function FailsAs(message: string): MethodDecorator {
  return UseInterceptors(new FailureMessageInterceptor(message));
}
