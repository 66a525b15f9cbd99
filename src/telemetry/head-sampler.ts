import { SamplingDecision, type Context } from '@opentelemetry/api';
import { TraceIdRatioBasedSampler, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';
import { isChosen } from './head-sampling.js';

/** Keeps the traces that were chosen when they began, and of those that nobody decided about as many as configured. */
export class HeadSampler implements Sampler {
  readonly #undecided: TraceIdRatioBasedSampler;

  /** @param ratio - how many of all traces are kept, 0 to 1 */
  constructor(ratio: number) {
    this.#undecided = new TraceIdRatioBasedSampler(ratio);
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    if (isChosen(context)) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    return this.#undecided.shouldSample(context, traceId);
  }

  toString(): string {
    return `HeadSampler{${this.#undecided.toString()}}`;
  }
}
