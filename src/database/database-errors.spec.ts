import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { ConflictError, DatabaseUnavailableError, RequestTimeoutError } from '../common/errors.js';
import {
  databaseErrorCode,
  isPassingOutage,
  isTransient,
  isUniqueViolation,
  translateDatabaseError,
} from './database-errors.js';

const coded = (code: string, members: object = {}): Error =>
  Object.assign(new Error('as the driver says'), { code }, members);
const wrapped = (error: Error): QueryFailedError => new QueryFailedError('SELECT 1', [], error);

describe('translateDatabaseError', () => {
  it.each([
    '08006',
    '08001',
    '57P01',
    '57P02',
    '57P03',
    '25006',
    '28P01',
    '3D000',
    '53300',
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
  ])('makes an outage of %s', (code) => {
    expect(translateDatabaseError(wrapped(coded(code)))).toEqual(new DatabaseUnavailableError());
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('makes an outage of "%s", which has no code', (message) => {
    expect(translateDatabaseError(new Error(message))).toBeInstanceOf(DatabaseUnavailableError);
  });

  it('keeps the cause for the log', () => {
    const error = coded('ECONNREFUSED');

    expect(translateDatabaseError(error)).toMatchObject({ message: 'database unavailable', cause: error });
  });

  it('makes a time-out of a cancelled statement', () => {
    expect(translateDatabaseError(wrapped(coded('57014')))).toBeInstanceOf(RequestTimeoutError);
  });

  it.each([new ConflictError('taken'), wrapped(coded('23505')), wrapped(coded('42P01')), new TypeError('bug'), 'text'])(
    'leaves %s alone',
    (error) => {
      expect(translateDatabaseError(error)).toBe(error);
    },
  );
});

describe('isTransient', () => {
  it.each([
    ['40001', true],
    ['40P01', true],
    ['55P03', true],
    ['23505', false],
    ['57P01', false],
  ])('says of %s: %s', (code, expected) => {
    expect(isTransient(wrapped(coded(code)))).toBe(expected);
  });
});

describe('isPassingOutage', () => {
  it.each([
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['57P03', true],
    ['53300', true],
    ['28P01', false],
    ['28000', false],
    ['3D000', false],
    ['SELF_SIGNED_CERT_IN_CHAIN', false],
  ])('says of %s: %s', (code, expected) => {
    expect(isPassingOutage(new Error('cannot connect', { cause: coded(code) }))).toBe(expected);
  });
});

describe('isUniqueViolation', () => {
  it('looks at the constraint when one is given', () => {
    const error = wrapped(coded('23505', { constraint: 'source_name_key' }));

    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'source_name_key')).toBe(true);
    expect(isUniqueViolation(error, 'registry_name_key')).toBe(false);
    expect(isUniqueViolation(wrapped(coded('23503')))).toBe(false);
  });
});

describe('databaseErrorCode', () => {
  it.each([undefined, null, 'text', {}, new Error('plain')])('has none for %s', (error) => {
    expect(databaseErrorCode(error)).toBeUndefined();
  });
});
