/** Something that collects all metrics as Prometheus text. */
export interface MetricsSource {
  /** The metrics in the text format, version 0.0.4. */
  scrape(): Promise<string>;
}

/** What has been started and how it is stopped. */
export interface Telemetry {
  /** Present when metrics are on. */
  readonly prometheus?: MetricsSource;
  /** Exports what is left; bounded, and never rejects. */
  shutdown(): Promise<void>;
}
