import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
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
import type { HttpMetrics } from '../telemetry/http-metrics.js';
import { SCOPES } from '../telemetry/scopes.js';
import { methodLabel, routeLabel, schemeLabel } from './route-label.js';
import { decodeLeniently } from '../common/http/lenient-decoding.js';

const MAX_USER_AGENT_BYTES = 256;

function startSpan(request: HttpRequest, route: string, parent: Context): Span {
  const { rawPath } = requestContext(request);
  const agent = request.headers['user-agent'];
  return trace.getTracer(SCOPES.http).startSpan(
    `${request.method} ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': request.method,
        'url.path': decodeLeniently(rawPath),
        'http.route': route,
        ...(agent ? { 'user_agent.original': headerText(agent, MAX_USER_AGENT_BYTES) } : {}),
      },
    },
    parent,
  );
}

function endSpan(span: Span, response: HttpResponse): void {
  const status = answeredStatus(response);
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR, message: STATUS_CODES[status] ?? '' });
  else if (status < 400) span.setStatus({ code: SpanStatusCode.OK });
  span.end();
}

/** Gives each request of the public listener its server span, within which everything else runs (telemetry spec 3.1). */
export function createTracingMiddleware(): Middleware {
  return (request, response, next) => {
    const { rawPath, route } = requestContext(request);
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = startSpan(request, routeLabel(request.method, rawPath, route), parent);
    response.once('close', () => endSpan(span, response));
    context.with(trace.setSpan(parent, span), next);
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
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.end(method, scheme, routeLabel(request.method, rawPath, route), answeredStatus(response), seconds);
    });
    next();
  };
}
