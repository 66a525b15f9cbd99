import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { tap, type Observable } from 'rxjs';
import { AuthSettings } from '../auth/auth-settings.js';
import { callerOf } from '../auth/current-caller.decorator.js';
import { requestContext } from '../common/http/request-context.js';
import { decodePathParam } from '../common/http/route-table.js';
import { setCallerView } from './caller-view.js';
import { Catalog } from './catalog.js';

/**
 * Gives handlers of `/registry/{registryName}/…` a view that holds only what the caller's claims cover, so that no handler
 * can show more. Says by `Cache-Control` and `Vary` whom an answer is for (ahead.md P6).
 */
@Injectable()
export class ClaimVisibilityInterceptor implements NestInterceptor {
  constructor(
    private readonly catalog: Catalog,
    private readonly auth: AuthSettings,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const { catalog } = this;
    const { authenticates } = this.auth;
    let isShared = !authenticates;
    setCallerView(request, {
      get registryName() {
        return decodePathParam('registryName', requestContext(request).route?.rawParams.get('registryName') ?? '');
      },
      of(kind) {
        const found = catalog.view(this.registryName, kind, callerOf(request));
        isShared ||= found.isShared;
        return found.view;
      },
    });
    if (authenticates) response.appendHeader('Vary', 'Authorization');
    return next
      .handle()
      .pipe(tap(() => response.setHeader('Cache-Control', isShared ? 'public, no-cache' : 'private, no-cache')));
  }
}
