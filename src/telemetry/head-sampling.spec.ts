import { isSpanContextValid, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { HeadSampler } from './head-sampler.js';
import { beginTrace } from './head-sampling.js';

describe('beginning a trace', () => {
  const tracerOf = (ratio: number) =>
    new TracerProvider({ sampler: new ParentBasedSampler({ root: new HeadSampler(ratio) }) }).getTracer('test');

  function begin(count: number, ratio: number) {
    const tracer = tracerOf(ratio);
    return Array.from({ length: count }, () => {
      const span = beginTrace(ratio, (context) => tracer.startSpan('request', {}, context));
      return { span, child: tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, span)) };
    });
  }

  it('keeps as many as it is told, with all their spans', () => {
    const kept = begin(10_000, 0.1).filter(({ span }) => span.isRecording());

    expect(kept.length).toBeGreaterThan(800);
    expect(kept.length).toBeLessThan(1_200);
    expect(kept.every(({ child }) => child.isRecording())).toBe(true);
  });

  it('keeps all, if it is told so', () => {
    expect(begin(100, 1).every(({ span }) => span.isRecording())).toBe(true);
  });

  it('gives ids of their own to those that are not kept', () => {
    const dropped = begin(1_000, 0.001).filter(({ span }) => !span.isRecording());

    const contexts = dropped.map(({ span }) => span.spanContext());
    const flags = new Set(contexts.map(({ traceFlags }) => traceFlags));
    expect([...flags]).toEqual([TraceFlags.NONE]);
    expect(contexts.every(isSpanContextValid)).toBe(true);
    expect(new Set(contexts.map(({ traceId }) => traceId)).size).toBe(dropped.length);
    expect(dropped.every(({ child }) => !child.isRecording())).toBe(true);
  });

  it('leaves traces that begin elsewhere to the ratio', () => {
    const tracer = tracerOf(0.1);

    const kept = Array.from({ length: 10_000 }, () => tracer.startSpan('pass')).filter((span) => span.isRecording());

    expect(kept.length).toBeGreaterThan(800);
    expect(kept.length).toBeLessThan(1_200);
  });
});
