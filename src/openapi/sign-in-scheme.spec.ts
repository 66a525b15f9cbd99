import type { OpenAPIObject } from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';
import { withSignIn } from './sign-in-scheme.js';

const document: OpenAPIObject = {
  openapi: '3.1.0',
  info: { title: 'API', version: '0.1' },
  security: [{ BearerAuth: [] }],
  paths: {
    '/guarded': { get: { responses: {}, security: [{ BearerAuth: [] }] }, put: { responses: {} } },
    '/open': { get: { responses: {}, security: [] } },
  },
  components: { securitySchemes: { BearerAuth: { type: 'http', scheme: 'bearer' } } },
};

describe('withSignIn', () => {
  const endpoints = { authorizationUrl: 'https://idp.example/auth', tokenUrl: 'https://idp.example/token' };

  it('offers signing in wherever a token is needed, beside the pasted token', () => {
    const { security, paths, components } = withSignIn(document, endpoints);

    const either = [{ BearerAuth: [] }, { SignIn: ['openid'] }];
    expect(security).toEqual(either);
    expect(paths).toEqual({
      '/guarded': { get: { responses: {}, security: either }, put: { responses: {} } },
      '/open': { get: { responses: {}, security: [] } },
    });
    expect(components?.securitySchemes).toEqual({
      BearerAuth: { type: 'http', scheme: 'bearer' },
      SignIn: {
        type: 'oauth2',
        flows: { authorizationCode: { ...endpoints, scopes: { openid: 'Who you are' } } },
      },
    });
  });

  it('does not touch the published document', () => {
    const before = structuredClone(document);

    withSignIn(document, endpoints);

    expect(document).toEqual(before);
  });
});
