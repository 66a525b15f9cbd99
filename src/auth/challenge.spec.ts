import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from 'vitest';
import { challenge } from './challenge.js';

const oauth = (overrides: object = {}) => ({ realm: 'mcp-registry', providers: [], ...overrides });

describe('challenge', () => {
  it('names realm, error and the address of the resource metadata', () => {
    expect(challenge(oauth({ resourceUrl: 'https://r.example/base' }), 'invalid_token')).toBe(
      'Bearer realm="mcp-registry", error="invalid_token", error_description="token validation failed", ' +
        'resource_metadata="https://r.example/base/.well-known/oauth-protected-resource"',
    );
  });

  it('has no resource metadata without a resource URL', () => {
    expect(challenge(oauth(), 'invalid_request')).toBe(
      'Bearer realm="mcp-registry", error="invalid_request", ' +
        'error_description="missing or malformed authorization header"',
    );
  });

  it('doubles no slash', () => {
    expect(challenge(oauth({ resourceUrl: 'https://r.example/' }), 'invalid_token')).toContain(
      'resource_metadata="https://r.example/.well-known/oauth-protected-resource"',
    );
  });

  it('escapes quotes and removes line breaks', () => {
    const header = challenge(oauth({ realm: 'My "own"\r\nX: 1', resourceUrl: 'https://r\n.example' }), 'invalid_token');

    expect(header).toContain(String.raw`realm="My \"own\"X: 1"`);
    expect(header).not.toMatch(/[\r\n]/);
  });

  it.each([
    ['controls', 'a\u0001b\u007fc\td', 'abc\td'],
    ['letters of any script', 'Zürich ☃', Buffer.from('Zürich ☃').toString('latin1')],
  ])('is a header that Node sends with %s in the realm', (_name, realm, sent) => {
    const header = challenge(oauth({ realm }), 'invalid_token');

    expect(header).toContain(`realm="${sent}"`);
    expect(() => validateHeaderValue('WWW-Authenticate', header)).not.toThrow();
  });
});
