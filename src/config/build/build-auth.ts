import { parseDurationMs } from '../../common/duration.js';
import { authModeOf, claimPathOf } from '../checks/auth.checks.js';
import type { AuthConfig, ProviderConfig, RoleRules } from '../config.js';
import { DEFAULTS } from '../defaults.js';
import type { RawConfig, RawProvider } from '../schema/config.schema.js';
import { compact } from './compact.js';

type RawAuth = NonNullable<RawConfig['auth']>;

function buildProvider(provider: RawProvider): ProviderConfig {
  const { name = '', issuerUrl = '', audience = '', allowPrivateIP = false, claimMappings = {}, clockSkew } = provider;
  const { jwksUrl, introspectionUrl, clientId, clientSecretFile, caCertPath, authTokenFile } = provider;
  return {
    name,
    issuerUrl,
    audience,
    ...compact({ jwksUrl, introspectionUrl, clientId, clientSecretFile, caCertPath, authTokenFile }),
    allowPrivateIp: allowPrivateIP,
    claimMappings: Object.fromEntries(
      Object.entries(claimMappings).map(([claim, path]) => [claim, claimPathOf(path) ?? []]),
    ),
    clockSkewMs: parseDurationMs(clockSkew || DEFAULTS.clockSkew) ?? 0,
  };
}

function buildRoles(roles: NonNullable<RawAuth['authz']>['roles'] = {}): RoleRules {
  const { superAdmin = [], manageSources = [], manageRegistries = [], manageEntries = [] } = roles;
  return { superAdmin, manageSources, manageRegistries, manageEntries };
}

/** Builds an `auth` block that has passed its checks. */
export function buildAuth(auth: RawAuth): AuthConfig {
  const publicPaths = auth.publicPaths ?? [];
  const authz = auth.authz && { roles: buildRoles(auth.authz.roles) };
  if (authModeOf(auth) === 'anonymous') return { mode: 'anonymous', publicPaths, ...compact({ authz }) };
  const { resourceUrl, realm, swaggerClientId, providers = [] } = auth.oauth ?? {};
  const oauth = {
    ...compact({ resourceUrl, swaggerClientId }),
    realm: realm || DEFAULTS.realm,
    providers: providers.map(buildProvider),
  };
  return { mode: 'oauth', publicPaths, oauth, ...compact({ authz }) };
}
