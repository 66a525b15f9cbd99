import type { CallHandler, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { defer, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { AuthSettings } from '../auth/auth-settings.js';
import { NotFoundError } from '../common/errors.js';
import { setRequestContext } from '../common/http/request-context.js';
import type { AnswerRecall } from './answer-recall.js';
import { CurrentView, type CallerView } from './caller-view.js';
import type { Catalog } from './catalog.js';
import { ClaimVisibilityInterceptor } from './claim-visibility.interceptor.js';

/** What the decorator would inject: Nest keeps its factory in the metadata of the parameter. */
function currentView(context: ExecutionContext): CallerView {
  class Probe {
    handle(_view: unknown): void {}
  }
  CurrentView()(Probe.prototype, 'handle', 0);
  const metadata = Reflect.getMetadata('__routeArguments__', Probe, 'handle') as Record<
    string,
    { factory: (data: unknown, context: ExecutionContext) => CallerView }
  >;
  return Object.values(metadata)[0]!.factory(undefined, context);
}

async function handled(options: { authenticates: boolean; isShared: boolean; isFound?: boolean }) {
  const headers = new Map<string, string>();
  const setHeader = (name: string, value: string) => headers.set(name, value);
  const request = { url: '/registry/a%20b/v0.1/servers' } as Request;
  const response = { setHeader, appendHeader: setHeader } as unknown as Response;
  const context = {
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
  } as unknown as ExecutionContext;
  setRequestContext(request, {
    requestId: '1',
    startedAt: 0,
    rawPath: request.url,
    route: { pattern: '', methods: new Set(), rawParams: new Map([['registryName', 'a%2Bb']]) },
    signal: new AbortController().signal,
  });
  const asked: unknown[] = [];
  const catalog = {
    view: (...args: unknown[]) => {
      asked.push(args);
      if (options.isFound === false) throw new NotFoundError('registry not found');
      return { view: 'the view', isShared: options.isShared };
    },
  } as unknown as Catalog;
  const recall = { moment: () => ({ content: {}, rules: {} }), remember: () => undefined } as unknown as AnswerRecall;
  const interceptor = new ClaimVisibilityInterceptor(catalog, options as unknown as AuthSettings, recall);
  const next: CallHandler = { handle: () => defer(async () => currentView(context).of('server')) };
  const askedBefore = asked.length;
  const result = await lastValueFrom(interceptor.intercept(context, next)).catch((error: Error) => error.message);
  return { result, headers: Object.fromEntries(headers), asked, askedBefore };
}

describe('ClaimVisibilityInterceptor', () => {
  it('looks the decoded registry up when the handler asks for a view, and not before', async () => {
    const { result, asked, askedBefore } = await handled({ authenticates: true, isShared: false });

    expect(result).toBe('the view');
    expect(askedBefore).toBe(0);
    expect(asked).toEqual([['a+b', 'server', undefined]]);
  });

  it.each([
    [{ authenticates: false, isShared: false }, { 'Cache-Control': 'public, no-cache' }],
    [
      { authenticates: true, isShared: false },
      { 'Cache-Control': 'private, no-cache', Vary: 'Authorization' },
    ],
    [
      { authenticates: true, isShared: true },
      { 'Cache-Control': 'public, no-cache', Vary: 'Authorization' },
    ],
    [{ authenticates: true, isShared: true, isFound: false }, { Vary: 'Authorization' }],
  ])('says whom an answer is for: %j', async (options, expected) => {
    expect((await handled(options)).headers).toEqual(expected);
  });
});
