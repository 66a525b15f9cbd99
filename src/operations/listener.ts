import type { Type, DynamicModule } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DomainExceptionFilter } from '../common/http/domain-exception.filter.js';
import { routeTableOf } from '../common/http/express-routes.js';
import { JsonExpressAdapter, type JsonReply } from '../common/http/json-express.adapter.js';
import { chainMiddleware } from '../common/http/middleware-chain.js';
import type { Middleware } from '../common/http/request-context.js';
import { RouteTable } from '../common/http/route-table.js';
import { createLogger } from '../telemetry/logging.js';
import { listenError, toListenOptions, type ListenAddress } from './listen-address.js';
import { nestLogger } from './nest-logger.js';
import { createErrorReporter } from './report-error.js';

const log = createLogger('http');

/** A Nest application on its own port, before it listens. */
export interface Listener {
  readonly app: NestExpressApplication;
  readonly reply: JsonReply;
  /** Lets every request pass this before Express, which is asked for what is not answered there. */
  readonly standBefore: (middleware: readonly Middleware[]) => void;
  /** The table of the routes; complete once the application has been initialised. */
  readonly routes: () => RouteTable;
}

/**
 * Creates a listener with strict routing, JSON errors of one shape, and nothing of Express that costs without need.
 * @throws whatever the modules throw while they are created
 */
export async function createListener(
  module: Type<unknown> | DynamicModule,
  options: { compress: boolean },
): Promise<Listener> {
  const adapter = new JsonExpressAdapter(options);
  const app = await NestFactory.create<NestExpressApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLogger,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('strict routing', true);
  app.set('case sensitive routing', true);
  app.set('query parser', false);
  const filter = new DomainExceptionFilter(app.get(HttpAdapterHost), createErrorReporter(log));
  app.useGlobalFilters(filter);
  let table: RouteTable | undefined;
  const express = app.getHttpAdapter().getInstance();
  return {
    app,
    reply: (response, body, status) => adapter.reply(response, body, status),
    standBefore: (middleware) =>
      adapter.standBefore((express) =>
        chainMiddleware(middleware, express, (error, response) => filter.answer(error, response)),
      ),
    routes: () => (table ??= routeTableOf(express)),
  };
}

/**
 * Starts to listen.
 * @param exclusive - keeps the port to this process where workers would share it
 * @returns the port that was bound
 * @throws Error naming the address when it cannot be bound (operations spec R-11)
 */
export async function listen(
  listener: Listener,
  address: ListenAddress,
  flag: string,
  exclusive = false,
): Promise<number> {
  const { app } = listener;
  const server = app.getHttpServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(flag, address, error)));
    server.listen({ ...toListenOptions(address), exclusive }, resolve);
  });
  const bound = server.address();
  return typeof bound === 'object' && bound ? bound.port : address.port;
}
