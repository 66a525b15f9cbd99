import type { DynamicModule } from '@nestjs/common';
import { createOpenApiDocument } from '../openapi/document.js';
import { OpenApiDocument } from '../openapi/openapi.controller.js';
import type { Middleware } from '../common/http/request-context.js';
import { createListener, type Listener } from './listener.js';
import { createRequestMiddleware } from './request.middleware.js';
import { createPreflightMiddleware, createRouteGateMiddleware } from './route-gate.middleware.js';
import { isSwaggerUiPath, setUpSwaggerUi, type SwaggerSignIn } from './swagger-ui.js';

/** What stands between the request's context and the routes; made once the application's providers are there. */
export interface PublicMiddleware {
  /** Sees every request and its answer: logs, metrics, audit. */
  readonly observers: readonly Middleware[];
  /** Finds out who calls; what needs to know that before the request is routed comes after. */
  readonly authentication: readonly Middleware[];
  /** How people sign in from Swagger UI; absent: by pasting a token. */
  readonly signIn?: SwaggerSignIn;
}

/**
 * Creates the public listener. The order of its middleware is the order of processing of auth spec 3: context, observers,
 * preflight, authentication, routing; then Nest's guards, interceptors and handlers.
 */
export async function createPublicListener(
  module: DynamicModule,
  options: { compress: boolean },
  middleware: (listener: Listener) => PublicMiddleware,
): Promise<Listener> {
  const listener = await createListener(module, options);
  const { app, reply, routes, standBefore } = listener;
  const { observers, authentication, signIn } = middleware(listener);
  standBefore([
    createRequestMiddleware(routes, reply),
    ...observers,
    createPreflightMiddleware(),
    ...authentication,
    createRouteGateMiddleware(reply, { passesThrough: isSwaggerUiPath }),
  ]);
  app.get(OpenApiDocument).setFactory(() => createOpenApiDocument(app));
  setUpSwaggerUi(app, signIn);
  await app.init();
  return listener;
}
