import { BadRequestException, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { lastValueFrom, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ConflictError, DatabaseUnavailableError, OperationFailedError } from '../errors.js';
import { FailureMessageInterceptor } from './fails-as.decorator.js';

describe('FailureMessageInterceptor', () => {
  const outcome = (handler: CallHandler['handle']): Promise<unknown> =>
    lastValueFrom(
      new FailureMessageInterceptor('failed to list sources').intercept({} as ExecutionContext, { handle: handler }),
    );

  it('names what failed, and keeps why for the log', async () => {
    const cause = new Error('relation "source" does not exist');

    const error = await outcome(() => throwError(() => cause)).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(OperationFailedError);
    expect(error).toMatchObject({ message: 'failed to list sources', cause });
  });

  it.each([new ConflictError('there already'), new DatabaseUnavailableError(), new BadRequestException('odd')])(
    'leaves %s as it is',
    async (foreseen) => {
      await expect(outcome(() => throwError(() => foreseen))).rejects.toBe(foreseen);
    },
  );

  it('leaves answers as they are', async () => {
    await expect(outcome(() => of('answer'))).resolves.toBe('answer');
  });
});
