import { mergeExpositions } from '../../telemetry/merge-expositions.js';
import type { MetricsSource } from '../../telemetry/telemetry-handle.js';

/** The metrics of all workers as one exposition; their series are told apart by the label `worker`. */
export class GroupMetrics implements MetricsSource {
  /** @param others - gives the expositions of the other workers by number */
  constructor(
    private readonly worker: number,
    private readonly own: MetricsSource,
    private readonly others: () => Promise<Readonly<Record<string, string>>>,
  ) {}

  async scrape(): Promise<string> {
    const [own, others] = await Promise.all([this.own.scrape(), this.others()]);
    return mergeExpositions('worker', new Map([[String(this.worker), own], ...Object.entries(others)]));
  }
}
