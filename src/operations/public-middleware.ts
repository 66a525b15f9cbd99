import { AuditLog } from '../audit/audit-log.js';
import { createAuditBodyMiddleware, createAuditMiddleware } from '../audit/audit.middleware.js';
import { AuthSettings } from '../auth/auth-settings.js';
import { createAuthenticationMiddleware } from '../auth/authentication.middleware.js';
import { RequestAuthenticator } from '../auth/request-authenticator.js';
import { SignInDirectory } from '../auth/sign-in.js';
import { AnswerRecall } from '../catalog/answer-recall.js';
import { createRecallMiddleware } from '../catalog/recall.middleware.js';
import type { Middleware } from '../common/http/request-context.js';
import type { TelemetryConfig } from '../config/config.js';
import { HttpMetrics } from '../telemetry/http-metrics.js';
import { createAccessLogMiddleware } from './access-log.middleware.js';
import type { Listener } from './listener.js';
import type { PublicMiddleware } from './public-listener.js';
import {
  createMetricsMiddleware,
  createSpanActivationMiddleware,
  createTracingMiddleware,
} from './telemetry.middleware.js';

/** Only what is switched on is installed, so that what is off costs nothing. */
export function publicMiddleware(telemetry: TelemetryConfig): (listener: Listener) => PublicMiddleware {
  return ({ app, reply }) => {
    const audit = app.get(AuditLog);
    const signIn = app.get(SignInDirectory);
    const settings = app.get(AuthSettings);
    const observers: Middleware[] = [];
    if (telemetry.enabled && telemetry.metrics.enabled) observers.push(createMetricsMiddleware(new HttpMetrics()));
    const isTracing = telemetry.enabled && telemetry.tracing.enabled;
    if (isTracing) observers.push(createTracingMiddleware(telemetry.tracing.sampling));
    observers.push(createAccessLogMiddleware());
    if (audit.isEnabled) observers.push(createAuditMiddleware(audit));
    return {
      ...(signIn.client ? { signIn: { ...signIn.client, find: () => signIn.find() } } : {}),
      observers,
      authentication: [
        // Identity providers may have to be asked.
        ...(isTracing ? [createSpanActivationMiddleware(() => settings.authenticates)] : []),
        createAuthenticationMiddleware(app.get(RequestAuthenticator), settings, reply),
        ...(audit.isEnabled ? [createAuditBodyMiddleware(audit, reply)] : []),
        createRecallMiddleware(app.get(AnswerRecall), () => settings.authenticates, reply),
        ...(isTracing ? [createSpanActivationMiddleware(() => true)] : []),
      ],
    };
  };
}
