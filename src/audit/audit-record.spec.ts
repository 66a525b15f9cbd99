import { describe, expect, it } from 'vitest';
import { outcomeOf, toRecordLine, type AuditEvent } from './audit-record.js';

const NOW = new Date('2026-11-22T14:50:44.142Z');
const EVENT: AuditEvent = {
  type: 'source.read',
  outcome: 'success',
  source: { value: '127.0.0.1:5', extra: null },
  subjects: { sub: 'sam' },
  target: { method: 'GET', path: '/v1/sources/a\nb' },
  extra: { duration_ms: 1, request_id: 'id', response_bytes: 2 },
};

describe('outcomeOf', () => {
  it.each([
    [200, 'success'],
    [204, 'success'],
    [299, 'success'],
    [304, 'success'],
    [400, 'failure'],
    [401, 'failure'],
    [403, 'denied'],
    [404, 'failure'],
    [499, 'failure'],
    [500, 'error'],
    [503, 'error'],
  ])('of %i is %s', (status, outcome) => {
    expect(outcomeOf(status)).toBe(outcome);
  });
});

describe('toRecordLine', () => {
  it('writes one line with the members in their order', () => {
    const line = toRecordLine(EVENT, NOW);

    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(Object.entries(JSON.parse(line) as object)).toEqual([
      ['time', '2026-11-22T14:50:44.142Z'],
      ['level', 'AUDIT'],
      ['msg', 'audit_event'],
      ['audit_id', expect.stringMatching(/^[0-9a-f-]{36}$/)],
      ['type', 'source.read'],
      ['logged_at', '2026-11-22T14:50:44.142Z'],
      ['outcome', 'success'],
      ['component', 'toolhive-registry-api'],
      ['source', { type: 'network', value: '127.0.0.1:5', extra: null }],
      ['subjects', { sub: 'sam' }],
      ['target', { method: 'GET', path: '/v1/sources/a\nb' }],
      ['metadata', { extra: { duration_ms: 1, request_id: 'id', response_bytes: 2 } }],
    ]);
  });

  it.each(['null', '{"a":12345678901234567890}', '"text"'])('takes the data %s over as it is, last', (data) => {
    const line = toRecordLine({ ...EVENT, data }, NOW);

    expect(line.endsWith(`}},"data":${data}}\n`)).toBe(true);
    expect(JSON.parse(line)).toHaveProperty('data', JSON.parse(data));
  });

  it('gives every record an id of its own', () => {
    const [a, b] = [toRecordLine(EVENT, NOW), toRecordLine(EVENT, NOW)].map(
      (line) => (JSON.parse(line) as { audit_id: string }).audit_id,
    );

    expect(a).not.toBe(b);
  });
});
