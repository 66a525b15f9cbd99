import { describe, expect, it, vi } from 'vitest';
import { chainMiddleware } from './middleware-chain.js';
import type { HttpRequest, HttpResponse, Middleware } from './request-context.js';

const request = {} as HttpRequest;
const response = {} as HttpResponse;

describe('chainMiddleware', () => {
  function run(middleware: readonly ((seen: string[]) => Middleware)[]) {
    const seen: string[] = [];
    const onError = vi.fn();
    const chain = chainMiddleware(
      middleware.map((make) => make(seen)),
      () => void seen.push('handler'),
      onError,
    );
    chain(request, response);
    return { seen, onError };
  }
  const passing =
    (name: string) =>
    (seen: string[]): Middleware =>
    (_request, _response, next) => {
      seen.push(name);
      next();
      seen.push(`after ${name}`);
    };

  it('passes a request through all of them to the handler, before it returns', () => {
    const { seen, onError } = run([passing('one'), passing('two')]);

    expect(seen).toEqual(['one', 'two', 'handler', 'after two', 'after one']);
    expect(onError).not.toHaveBeenCalled();
  });

  it('goes no further than the one that answers', () => {
    const { seen } = run([passing('one'), (all) => () => void all.push('answer'), passing('three')]);

    expect(seen).toEqual(['one', 'answer', 'after one']);
  });

  it('waits for one that is asynchronous', async () => {
    const { seen } = run([
      () => async (_request, _response, next) => {
        await Promise.resolve();
        next();
      },
    ]);

    expect(seen).toEqual([]);
    await vi.waitFor(() => expect(seen).toEqual(['handler']));
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('a bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('a bug'))],
  ])('reports what a middleware %s', async (_how, fail) => {
    const { seen, onError } = run([passing('one'), () => fail]);

    await vi.waitFor(() => expect(onError.mock.calls).toEqual([[new Error('a bug'), response]]));
    expect(seen).not.toContain('handler');
  });
});
