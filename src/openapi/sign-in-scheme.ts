import type { OpenAPIObject } from '@nestjs/swagger';
import { BEARER_SCHEME } from './document.js';

/** Name of the scheme by which a person signs in. */
const SIGN_IN_SCHEME = 'SignIn';

type SecurityRequirements = NonNullable<OpenAPIObject['security']>;

function withAlternative(security: SecurityRequirements): SecurityRequirements {
  const needsToken = security.some((requirement) => BEARER_SCHEME in requirement);
  return needsToken ? [...security, { [SIGN_IN_SCHEME]: ['openid'] }] : security;
}

function withAlternatives(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  const offering = (operation: unknown): unknown => {
    const { security } = operation as { security?: SecurityRequirements };
    return security ? { ...(operation as object), security: withAlternative(security) } : operation;
  };
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, offering(operation)])),
    ]),
  );
}

/**
 * The document with a second way to get at a token: OAuth 2.0 authorisation code. For Swagger UI only; the published
 * document has the one scheme of admin-api spec 1.2.
 */
export function withSignIn(
  document: OpenAPIObject,
  endpoints: { readonly authorizationUrl: string; readonly tokenUrl: string },
): OpenAPIObject {
  const { authorizationUrl, tokenUrl } = endpoints;
  const flow = { authorizationUrl, tokenUrl, scopes: { openid: 'Who you are' } };
  return {
    ...document,
    security: withAlternative(document.security ?? []),
    paths: withAlternatives(document.paths),
    components: {
      ...document.components,
      securitySchemes: {
        ...document.components?.securitySchemes,
        [SIGN_IN_SCHEME]: { type: 'oauth2', flows: { authorizationCode: flow } },
      },
    },
  };
}
