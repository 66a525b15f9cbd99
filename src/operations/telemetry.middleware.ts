import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { STATUS_CODES } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { answeredStatus } from '../common/http/answer.js';
import {
  requestContext,
  type Middleware,
  type HttpRequest,
  type HttpResponse,
} from '../common/http/request-context.js';
import { headerText } from '../common/http/header-text.js';
import { beginTrace } from '../telemetry/head-sampling.js';
import type { HttpMetrics } from '../telemetry/http-metrics.js';
import { requestSpan, requestSpanContext, setRequestSpan } from '../telemetry/request-span.js';
import { SCOPES } from '../telemetry/scopes.js';
import { methodLabel, routeLabel, schemeLabel } from './route-label.js';
import { decodeLeniently } from '../common/http/lenient-decoding.js';

const MAX_USER_AGENT_BYTES = 256;

const SERVER: SpanOptions = { kind: SpanKind.SERVER };

function describe(span: Span, request: HttpRequest, route: string): void {
  const { rawPath } = requestContext(request);
  const agent = request.headers['user-agent'];
  span.setAttributes({
    'http.request.method': request.method,
    'url.path': decodeLeniently(rawPath),
    'http.route': route,
    ...(agent ? { 'user_agent.original': headerText(agent, MAX_USER_AGENT_BYTES) } : {}),
  });
}

function endSpan(span: Span, response: HttpResponse): void {
  const status = answeredStatus(response);
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR, message: STATUS_CODES[status] ?? '' });
  else if (status < 400) span.setStatus({ code: SpanStatusCode.OK });
  span.end();
}

/**
 * Gives each request of the public listener its server span (telemetry spec 3.1). Of most requests, which are not sampled,
 * the span is only a pair of ids: it becomes the active one no sooner than the request goes to its handler
 * ({@link createSpanActivationMiddleware}), which one that is answered from memory never does.
 * @param sampling - how many of the traces that begin here are kept, 0 to 1
 */
export function createTracingMiddleware(sampling: number): Middleware {
  const tracer = trace.getTracer(SCOPES.http);
  const carriers = propagation.fields();
  return (request, response, next) => {
    const { rawPath, route } = requestContext(request);
    const label = routeLabel(request.method, rawPath, route);
    const isCarried = carriers.some((field) => request.headers[field] !== undefined);
    const parent = isCarried ? propagation.extract(ROOT_CONTEXT, request.headers) : ROOT_CONTEXT;
    const start = (from: Context): Span => tracer.startSpan(`${request.method} ${label}`, SERVER, from);
    const span = isCarried ? start(parent) : beginTrace(sampling, start);
    setRequestSpan(request, span, parent);
    if (!span.isRecording()) {
      next();
      return;
    }
    describe(span, request, label);
    response.on('close', () => endSpan(span, response));
    context.with(trace.setSpan(parent, span), next);
  };
}

/** Lets what follows run within the request's span, when that is not sampled and `isWanted`; sampled ones are active. */
export function createSpanActivationMiddleware(isWanted: () => boolean): Middleware {
  return (request, _response, next) => {
    const isSampled = requestSpan(request)?.isRecording() ?? true;
    const own = isSampled || !isWanted() ? undefined : requestSpanContext(request);
    if (own) context.with(own, next);
    else next();
  };
}

/** Counts and times each request of the public listener (telemetry spec 4). */
export function createMetricsMiddleware(metrics: HttpMetrics): Middleware {
  return (request, response, next) => {
    const { rawPath, route, startedAt } = requestContext(request);
    const method = methodLabel(request.method);
    const scheme = schemeLabel(
      request.headers['x-forwarded-proto'],
      (request.socket as Partial<TLSSocket>).encrypted === true,
    );
    metrics.begin(method, scheme);
    response.on('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.end(method, scheme, routeLabel(request.method, rawPath, route), answeredStatus(response), seconds);
    });
    next();
  };
}
