import { hostname } from 'node:os';
import { context, diag, metrics, propagation, trace, type DiagLogger } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  CompositePropagator,
  setGlobalErrorHandler,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TelemetryConfig } from '../config/config.js';
import { otlpBaseUrl } from '../config/otlp-endpoint.js';
import { thisProcess } from '../common/process-role.js';
import { errorText } from '../common/error-text.js';
import { batchOptionsFromEnvironment } from './batch-options.js';
import { HeadSampler } from './head-sampler.js';
import { HistogramProducer } from './histogram-producer.js';
import { hookInstrumentedModules } from './instrumented-modules.js';
import { createLogger } from './logging.js';
import { isReachable } from './reachability.js';
import type { Telemetry } from './telemetry-handle.js';
import { PrometheusReader } from './prometheus-reader.js';
import { randomIds } from './random-ids.js';
import { setTracing } from './tracing-switch.js';

const log = createLogger('telemetry');

const METRIC_INTERVAL_MS = 60_000;
/** How long the last export may take before the process ends without it. */
const SHUTDOWN_LIMIT_MS = 5_000;

function resourceOf(config: TelemetryConfig, extra: Record<string, string>): Resource {
  // The environment adds and replaces nothing, so it comes first: what is merged later wins.
  return detectResources({ detectors: [envDetector] })
    .merge(defaultResource())
    .merge(
      resourceFromAttributes({
        'service.name': config.serviceName,
        'service.version': config.serviceVersion,
        'host.name': hostname(),
        // What several workers of one host export must not be taken for the same.
        ...(thisProcess.worker === undefined ? {} : { 'service.instance.id': `${hostname()}/${thisProcess.worker}` }),
        ...extra,
      }),
    );
}

async function startTracing(config: TelemetryConfig, baseUrl: string): Promise<TracerProvider> {
  const { getNodeAutoInstrumentations } = await import('@opentelemetry/auto-instrumentations-node');
  const provider = new TracerProvider({
    resource: resourceOf(config, {}),
    sampler: new ParentBasedSampler({ root: new HeadSampler(config.tracing.sampling) }),
    idGenerator: randomIds,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${baseUrl}/v1/traces` }),
        ...batchOptionsFromEnvironment(),
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(provider);
  // The standard variable, so that an operator can choose others. Express is left out: its spans would stand between a
  // request and its service span.
  process.env['OTEL_NODE_ENABLED_INSTRUMENTATIONS'] ??= 'http,pg';
  const instrument = (): void => {
    registerInstrumentations({
      tracerProvider: provider,
      instrumentations: getNodeAutoInstrumentations({
        '@opentelemetry/instrumentation-pg': { requireParentSpan: true },
        // Requests that come in have their span made by hand, with the names of the contract.
        '@opentelemetry/instrumentation-http': {
          disableIncomingRequestInstrumentation: true,
          requireParentforOutgoingSpans: true,
        },
      }),
    });
  };
  // Modules that are imported from now on can be instrumented.
  await hookInstrumentedModules(instrument);
  setTracing(true);
  return provider;
}

function startMetrics(config: TelemetryConfig, baseUrl: string, prometheus: PrometheusReader): MeterProvider {
  const exporter = new OTLPMetricExporter({
    url: `${baseUrl}/v1/metrics`,
    temporalityPreference: AggregationTemporality.CUMULATIVE,
  });
  const provider = new MeterProvider({
    resource: resourceOf(config, { 'stacklok.component': 'registry', 'stacklok.product': 'stacklok-platform' }),
    readers: [
      prometheus,
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: METRIC_INTERVAL_MS,
        metricProducers: [new HistogramProducer()],
      }),
    ],
  });
  metrics.setGlobalMeterProvider(provider);
  return provider;
}

function diagnostics(): DiagLogger {
  const say =
    (level: 'debug' | 'warn') =>
    (message: string, ...details: unknown[]): void =>
      log[level]({ detail: message, ...(details.length > 0 ? { errors: details.map(errorText) } : {}) }, 'telemetry');
  return { error: say('warn'), warn: say('warn'), info: say('debug'), debug: say('debug'), verbose: say('debug') };
}

async function shutDown(baseUrl: string, providers: readonly { shutdown(): Promise<void> }[]): Promise<void> {
  if (!(await isReachable(baseUrl))) {
    log.warn('collector cannot be reached, the last traces and metrics are lost');
    return;
  }
  const limit = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), SHUTDOWN_LIMIT_MS).unref();
  });
  const ended = await Promise.race([Promise.allSettled(providers.map((provider) => provider.shutdown())), limit]);
  if (!ended) log.warn('the last traces and metrics were not exported in time');
  for (const end of ended ?? []) {
    if (end.status === 'rejected') log.warn({ reason: errorText(end.reason) }, 'telemetry cannot be exported');
  }
}

/**
 * Starts traces and metrics as configured.
 * @throws Error naming `telemetry.endpoint` when it is unusable
 */
export async function startSdk(config: TelemetryConfig): Promise<Telemetry> {
  const baseUrl = otlpBaseUrl(config.endpoint, config.insecure);
  if (baseUrl === undefined) {
    throw new Error(`telemetry.endpoint "${config.endpoint}" must be host:port or an http(s) URL`);
  }
  diag.setLogger(diagnostics());
  setGlobalErrorHandler((error) =>
    log.warn({ reason: typeof error === 'string' ? error : error.message }, 'telemetry cannot be exported'),
  );
  const providers: { shutdown(): Promise<void> }[] = [];
  if (config.tracing.enabled) providers.push(await startTracing(config, baseUrl));
  const prometheus = config.metrics.enabled ? new PrometheusReader() : undefined;
  if (prometheus) providers.push(startMetrics(config, baseUrl, prometheus));
  return { prometheus, shutdown: () => shutDown(baseUrl, providers) };
}
