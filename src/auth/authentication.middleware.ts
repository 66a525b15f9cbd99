import { addHeader } from '../common/http/answer-head.js';
import type { JsonReply } from '../common/http/json-express.adapter.js';
import {
  requestContext,
  type Middleware,
  type HttpRequest,
  type HttpResponse,
} from '../common/http/request-context.js';
import { decodePathParam } from '../common/http/route-table.js';
import { remember } from '../common/remember.js';
import { AuthSettings } from './auth-settings.js';
import { challenge, CHALLENGE_DESCRIPTIONS, type ChallengeError } from './challenge.js';
import { setCaller } from './current-caller.decorator.js';
import type { AuthenticationResult, RequestAuthenticator } from './request-authenticator.js';

/** Seconds after which a client may ask again while its identity provider is away (ahead.md P14). */
const RETRY_AFTER_SECONDS = 5;

/** The pattern under which all consumer routes lie. */
const CONSUMER_ROUTE = '/registry/{registryName}/v0.1/';

/** The decoded name, or null for one that cannot be decoded. */
const decodeRegistryName = remember((raw) => {
  try {
    return decodePathParam('registryName', raw);
  } catch {
    return null;
  }
});

/** The registry of a consumer route; undefined on other paths, and for a name that cannot be decoded. */
function registryNameOf(request: HttpRequest): string | undefined {
  const { route } = requestContext(request);
  if (!route?.pattern.startsWith(CONSUMER_ROUTE)) return undefined;
  return decodeRegistryName(route.rawParams.get('registryName') ?? '') ?? undefined;
}

/**
 * Middleware that finds out who makes a request, before anything else is decided (auth spec 3). It goes on with the
 * caller remembered on the request, or answers 401 or 503 itself.
 * @param reply - the adapter's way of sending JSON, so that these answers look like all others
 */
export function createAuthenticationMiddleware(
  authenticator: RequestAuthenticator,
  settings: AuthSettings,
  reply: JsonReply,
): Middleware {
  const refuse = (response: HttpResponse, error: ChallengeError): void => {
    response.setHeader('WWW-Authenticate', challenge(settings.config.oauth, error));
    reply(response, { error: CHALLENGE_DESCRIPTIONS[error] }, 401);
  };
  const reportUnavailable = (response: HttpResponse): void => {
    response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    reply(response, { error: 'identity provider unavailable' }, 503);
  };
  // A refusal of a consumer route depends on who asks as its answers do (ahead.md P6).
  const vary = (request: HttpRequest, response: HttpResponse): void => {
    if (registryNameOf(request) !== undefined) addHeader(response, 'Vary', 'Authorization');
  };
  const settle = (result: AuthenticationResult, request: HttpRequest, response: HttpResponse): boolean => {
    if (result.kind === 'passed') {
      if (result.caller) setCaller(request, result.caller);
      return true;
    }
    vary(request, response);
    if (result.kind === 'refused') refuse(response, result.error);
    else reportUnavailable(response);
    return false;
  };
  const settleLater = async (
    pending: Promise<AuthenticationResult>,
    ...[request, response, next]: Parameters<Middleware>
  ): Promise<void> => {
    if (settle(await pending, request, response)) next();
  };
  return (request, response, next) => {
    const result = authenticator.authenticate({
      rawPath: requestContext(request).rawPath,
      authorization: request.headers.authorization,
      registryName: settings.authenticates ? registryNameOf(request) : undefined,
      connection: request.socket,
    });
    if (result instanceof Promise) return settleLater(result, request, response, next);
    if (settle(result, request, response)) next();
    return undefined;
  };
}
