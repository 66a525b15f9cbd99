import { monitorEventLoopDelay } from 'node:perf_hooks';
import { metrics } from '@opentelemetry/api';
import { SCOPES } from './scopes.js';

/** How often the event loop is looked at, in milliseconds; what a look takes longer than that is delay. */
const RESOLUTION_MS = 10;
/** Readers that come sooner than this after one another are shown the same, since too little has happened in between. */
const MIN_WINDOW_MS = 5_000;
const QUANTILES = [50, 99] as const;

/** How late the event loop was since it was last looked at. */
class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #readAt = -Infinity;
  #seconds: Readonly<Record<number, number>> = {};

  constructor() {
    this.#histogram.enable();
  }

  /** In seconds; undefined before the first look. */
  percentile(quantile: (typeof QUANTILES)[number]): number | undefined {
    if (performance.now() - this.#readAt > MIN_WINDOW_MS && this.#histogram.count > 0) this.#read();
    return this.#seconds[quantile];
  }

  #read(): void {
    const secondsOf = (quantile: number): number =>
      Math.max(0, this.#histogram.percentile(quantile) / 1e9 - RESOLUTION_MS / 1000);
    this.#seconds = Object.fromEntries(QUANTILES.map((quantile) => [quantile, secondsOf(quantile)]));
    this.#histogram.reset();
    this.#readAt = performance.now();
  }
}

/** Registers the instruments of the process itself, with the names of the OpenTelemetry conventions; watching starts now. */
export function registerProcessMetrics(): void {
  const meter = metrics.getMeter(SCOPES.process);
  const delay = new EventLoopDelay();
  for (const quantile of QUANTILES) {
    meter
      .createObservableGauge(`nodejs.eventloop.delay.p${quantile}`, {
        description: `Delay of the event loop, percentile ${quantile} since the last reading`,
        unit: 's',
      })
      .addCallback((result) => {
        const seconds = delay.percentile(quantile);
        if (seconds !== undefined) result.observe(seconds);
      });
  }
  meter
    .createObservableUpDownCounter('process.memory.usage', { description: 'Resident memory', unit: 'By' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter('process.cpu.time', { description: 'CPU time that was used', unit: 's' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { 'cpu.mode': 'user' });
      result.observe(system / 1e6, { 'cpu.mode': 'system' });
    });
}
