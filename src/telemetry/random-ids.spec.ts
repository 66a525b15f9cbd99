import { describe, expect, it } from 'vitest';
import { randomIds } from './random-ids.js';

describe('random ids', () => {
  it('have the form of trace context, and are never the same', () => {
    const ids = Array.from({ length: 2_000 }, () => [randomIds.generateSpanId(), randomIds.generateTraceId()]);

    expect(ids.every(([span, trace]) => /^[0-9a-f]{16}$/.test(span ?? '') && /^[0-9a-f]{32}$/.test(trace ?? ''))).toBe(
      true,
    );
    expect(new Set(ids.flat()).size).toBe(4_000);
  });
});
