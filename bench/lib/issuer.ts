import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An identity provider on loopback. */
export interface BenchIssuer {
  /** The `auth` block of a configuration that trusts it. */
  readonly block: Record<string, unknown>;
  /** A token as people have them: RS256, a handful of claims, an hour to go. */
  readonly token: string;
  stop(): Promise<void>;
}

/** Starts an identity provider that publishes one RSA key. */
export async function startIssuer(): Promise<BenchIssuer> {
  const audience = 'api://registry';
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    const document =
      request.url === '/keys'
        ? { keys: [jwk] }
        : { issuer: url, jwks_uri: `${url}/keys`, id_token_signing_alg_values_supported: ['RS256'] };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = await new SignJWT({
    email: 'sam@example.com',
    name: 'Sam',
    groups: ['engineering', 'platform'],
    org: 'acme',
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
    .setIssuer(url)
    .setAudience(audience)
    .setSubject('sam')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  return {
    block: {
      mode: 'oauth',
      oauth: {
        resourceUrl: 'http://127.0.0.1',
        providers: [{ name: 'bench', issuerUrl: url, audience, allowPrivateIP: true }],
      },
    },
    token,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
