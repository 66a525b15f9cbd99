import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import { AuthSettings } from '../auth/auth-settings.js';
import { callerOf } from '../auth/current-caller.decorator.js';
import { JsonBytes } from '../common/http/json-bytes.js';
import { requestContext, type HttpRequest, type HttpResponse } from '../common/http/request-context.js';
import { decodePathParam } from '../common/http/route-table.js';
import { AnswerRecall } from './answer-recall.js';
import { setCacheControl, varyByCaller } from './audience.js';
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
    private readonly recall: AnswerRecall,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const response = http.getResponse<HttpResponse>();
    const { catalog, recall } = this;
    const caller = callerOf(request);
    const moment = recall.moment();
    const { authenticates } = this.auth;
    let isShared = !authenticates;
    if (authenticates) varyByCaller(response);
    // The handler's own parameters come after it in the path, and the query after those (consumer spec 2).
    const registryName = decodePathParam(
      'registryName',
      requestContext(request).route?.rawParams.get('registryName') ?? '',
    );
    setCallerView(request, {
      registryName,
      of(kind) {
        const found = catalog.view(registryName, kind, caller);
        isShared ||= found.isShared;
        return found.view;
      },
    });
    return next.handle().pipe(
      tap((body) => {
        setCacheControl(response, isShared);
        if (body instanceof JsonBytes) recall.remember(moment, caller, request.url, { body, isShared });
      }),
    );
  }
}
