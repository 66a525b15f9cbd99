import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { EntryKind } from '../model/entry-kind.js';
import type { View } from './view.js';
import type { HttpRequest } from '../common/http/request-context.js';

/**
 * The registry of a request, narrowed to what its caller may see. It is looked up when a handler asks for a view, which is
 * after the parameters have been checked (consumer spec 2).
 */
export interface CallerView {
  /** The registry's name as the request has it. */
  readonly registryName: string;
  /**
   * The entries of one kind.
   * @throws NotFoundError, ForbiddenError, UnavailableError as `Catalog.view`
   */
  of(kind: EntryKind): View;
}

const views = new WeakMap<HttpRequest, CallerView>();

/** Remembers what a request may see; the interceptor does this before the handler. */
export function setCallerView(request: HttpRequest, view: CallerView): void {
  views.set(request, view);
}

/** Injects the {@link CallerView} into a handler behind the `ClaimVisibilityInterceptor`. */
export const CurrentView = createParamDecorator((_data: unknown, context: ExecutionContext): CallerView => {
  const view = views.get(context.switchToHttp().getRequest<HttpRequest>());
  if (!view) throw new Error('the route has no ClaimVisibilityInterceptor');
  return view;
});
