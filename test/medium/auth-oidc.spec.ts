import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProviders } from '../../src/auth/tokens/provider-factory.js';
import { ProviderTokenVerifier } from '../../src/auth/tokens/provider-token-verifier.js';
import { OidcProvider } from '../harness/oidc-provider.js';

describe('tokens of a real OpenID provider', () => {
  let provider: OidcProvider;
  let verifier: ProviderTokenVerifier;

  beforeAll(async () => {
    provider = await OidcProvider.start({
      people: { pia: { org: 'acme', realm_access: { roles: ['writer'] } } },
      services: { 'nightly-job': { org: 'acme', role: 'admin' } },
    });
    const config = {
      name: 'oidc',
      issuerUrl: provider.issuer,
      audience: provider.audience,
      allowPrivateIp: true,
      claimMappings: { roles: ['realm_access', 'roles'] },
      clockSkewMs: 0,
    };
    const auth = { mode: 'oauth' as const, publicPaths: [], oauth: { realm: 'r', providers: [config] } };
    verifier = new ProviderTokenVerifier(await createProviders(auth, { insecureUrl: true }));
  });
  afterAll(async () => {
    await Promise.all(verifier.providers.map((each) => each.close()));
    await provider.stop();
  });

  it('accepts a person who signed in by authorisation code', async () => {
    expect(await verifier.verify(await provider.signIn('pia'))).toMatchObject({
      accepted: true,
      claims: { sub: 'pia', org: 'acme', roles: ['writer'] },
    });
  });

  it('accepts a service by client credentials, and its new token after the keys have changed', async () => {
    const before = await provider.clientCredentials('nightly-job');
    expect(await verifier.verify(before)).toMatchObject({
      accepted: true,
      claims: { sub: 'nightly-job', role: 'admin' },
    });

    provider.rotateKeys();

    expect(await verifier.verify(await provider.clientCredentials('nightly-job'))).toMatchObject({ accepted: true });
    expect(await verifier.verify(before)).toEqual({ accepted: false, unavailable: false });
  });
});
