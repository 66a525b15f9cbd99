import { DEFAULTS } from '../defaults.js';
import { block, blocks, duration, flag, openMap, openMaps, text, texts } from './keys.js';

const providers = blocks(
  'Identity providers, asked in this order; at least one in mode oauth.',
  {
    name: text('Unique label for logs and errors. Required.'),
    issuerUrl: text(
      "Issuer: must equal the token's `iss`, and is the base of discovery. An absolute https URL; http needs THV_REGISTRY_INSECURE_URL=true or a loopback host. Required.",
    ),
    audience: text("Must be among the token's `aud`. Required."),
    jwksUrl: text('URL of the keys; discovered when absent.'),
    introspectionUrl: text('RFC 7662 endpoint for tokens that are no JWTs; without it such tokens are refused.'),
    clientId: text('Client id for introspection.'),
    clientSecretFile: text(
      'Path of the file that holds the client secret for introspection; it must be readable at start. Without it the variable TOOLHIVE_OIDC_CLIENT_SECRET is used.',
    ),
    caCertPath: text("Path of a PEM bundle that replaces the system's roots for this provider."),
    authTokenFile: text(
      'Path of the file that holds a bearer token for discovery and key requests, read anew for every request.',
    ),
    allowPrivateIP: flag('Allows connections to private, loopback and link-local addresses.', { default: false }),
    claimMappings: openMap(
      'New top-level claim to its path in the token: a text whose dots separate members, or a list of texts that is taken literally.',
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
    ),
    clockSkew: duration('Leeway for `exp` and `nbf`, from 0s to 2m.', { default: DEFAULTS.clockSkew }),
  },
  { minItems: 1 },
  { required: ['name', 'issuerUrl', 'audience'] },
);

const role = (opens: string) =>
  openMaps(
    `Who holds this role, which opens ${opens}: any of these maps of claims, each matching with all its keys.`,
    {},
  );

/** `auth`: who is asking, and what they may do. */
export const auth = block('Authentication and authorisation. Required unless --auth-mode anonymous is given.', {
  mode: text('`oauth` asks for a bearer token, `anonymous` for nothing. The flag --auth-mode wins.', {
    enum: ['anonymous', 'oauth'],
    default: 'oauth',
  }),
  publicPaths: texts(
    'Paths that need no token, beside /openapi.json, /docs and /.well-known; each with everything below it.',
  ),
  oauth: block('Settings of mode oauth; not looked at in mode anonymous.', {
    resourceUrl: text('URL of this server, shown in the RFC 9728 document and in WWW-Authenticate.'),
    realm: text('Realm shown in WWW-Authenticate.', { default: DEFAULTS.realm }),
    swaggerClientId: text(
      'OAuth client with which Swagger UI signs users in (authorisation code with PKCE); without it users paste a token.',
    ),
    providers,
  }),
  authz: block(
    'Authorisation. With it roles and claims decide; without it every authenticated caller may do everything.',
    {
      roles: block('Role to the claims that grant it.', {
        superAdmin: role('everything, whatever the claims'),
        manageSources: role('/v1/sources'),
        manageRegistries: role('changes of /v1/registries and their lists of entries'),
        manageEntries: role('/v1/entries'),
      }),
    },
  ),
});
