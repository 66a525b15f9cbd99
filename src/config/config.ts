import type { Claims } from '../claims/claims.js';
import type { Secret } from '../common/secret.js';
import type { InvalidEntryPolicy, SourceFilter, SourceFormat, SourceSettings } from '../model/source-settings.js';

/** Injection token of the whole frozen {@link RegistryConfig}; features inject their slice by its own token instead. */
export const REGISTRY_CONFIG = Symbol('REGISTRY_CONFIG');

/** One source of the configuration file. */
export interface SourceDefinition {
  readonly name: string;
  readonly settings: SourceSettings;
  readonly format?: SourceFormat;
  /** Microseconds between passes; absent for kinds that are not synchronised. */
  readonly intervalMicroseconds?: number;
  readonly filter?: SourceFilter;
  readonly claims?: Claims;
  /** Absent: `skip` for api, `fail` otherwise. */
  readonly onInvalidEntry?: InvalidEntryPolicy;
}

/** One registry of the configuration file. */
export interface RegistryDefinition {
  readonly name: string;
  /** Names of sources in order of precedence, without repetitions. */
  readonly sources: readonly string[];
  readonly claims?: Claims;
  readonly access: 'private' | 'public';
}

/** One identity provider (auth spec 2, ahead.md P14). */
export interface ProviderConfig {
  readonly name: string;
  readonly issuerUrl: string;
  readonly audience: string;
  readonly jwksUrl?: string;
  readonly introspectionUrl?: string;
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  readonly caCertPath?: string;
  readonly authTokenFile?: string;
  readonly allowPrivateIp: boolean;
  /** New top-level claim to its path in the token. */
  readonly claimMappings: Readonly<Record<string, readonly string[]>>;
  readonly clockSkewMs: number;
}

/** A map of claims that grants a role; values that are neither string nor list of strings never match. */
export type RoleRule = Readonly<Record<string, unknown>>;

/** `auth.authz.roles`; absent lists are empty. */
export interface RoleRules {
  readonly superAdmin: readonly RoleRule[];
  readonly manageSources: readonly RoleRule[];
  readonly manageRegistries: readonly RoleRule[];
  readonly manageEntries: readonly RoleRule[];
}

export interface AuthConfig {
  readonly mode: 'anonymous' | 'oauth';
  readonly publicPaths: readonly string[];
  /** Present in oauth mode. */
  readonly oauth?: {
    readonly resourceUrl?: string;
    readonly realm: string;
    readonly providers: readonly ProviderConfig[];
    /** OAuth client of Swagger UI (authorisation code with PKCE). */
    readonly swaggerClientId?: string;
  };
  /** Present when the file has at least one key under `auth.authz` (auth spec 1). */
  readonly authz?: { readonly roles: RoleRules };
}

export type SslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

/** How to reach PostgreSQL: a server of its own, or the embedded one. */
export interface DatabaseConfig {
  readonly embedded?: { readonly dataDir: string };
  /** Empty texts when embedded. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: Secret;
  readonly migrationUser?: string;
  readonly migrationPassword?: Secret;
  /** As written in the file or `require`; an unknown mode is reported when connecting (operations spec 4.3). */
  readonly sslMode: string;
  readonly maxOpenConns: number;
  /** Connections that are kept open: a floor. */
  readonly maxIdleConns: number;
  readonly connMaxLifetimeMs: number;
  /** Bytes of JSON that publisher-provided metadata may take. */
  readonly maxMetaSize: number;
  readonly awsRdsIam?: { readonly region: string };
  /** How long the entries of a managed source that left the file are kept (ahead.md P13). */
  readonly retentionMs: number;
}

export interface AuditConfig {
  readonly enabled: boolean;
  /** Absent: standard output. */
  readonly logFile?: string;
  readonly eventTypes: readonly string[];
  readonly excludeEventTypes: readonly string[];
  readonly includeRequestData: boolean;
  readonly maxDataSize: number;
  readonly onFailure: 'continue' | 'refuse';
}

export interface TelemetryConfig {
  readonly enabled: boolean;
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly endpoint: string;
  readonly insecure: boolean;
  readonly tracing: { readonly enabled: boolean; readonly sampling: number };
  readonly metrics: { readonly enabled: boolean };
}

/** What comes from the environment only (operations spec 1.3). */
export interface EnvironmentConfig {
  /** `THV_REGISTRY_ADDRESS` and `THV_REGISTRY_INTERNAL_ADDRESS`; the flags win. */
  readonly address?: string;
  readonly internalAddress?: string;
  /** `THV_REGISTRY_WORKERS`; the flag wins. */
  readonly workers?: string;
  readonly insecureUrl: boolean;
  /** `TOOLHIVE_OIDC_CLIENT_SECRET`, for providers without `clientSecretFile` (auth spec 7.4). */
  readonly oidcClientSecret?: Secret;
  readonly compressResponse: boolean;
  readonly allowLocalSources: boolean;
  readonly watchNamespaces: readonly string[];
  readonly leaderElectionId: string;
  /** Absent: the pod's own namespace, else that of the kubeconfig's context, else `default`. */
  readonly leaderElectionNamespace?: string;
}

/** The configuration file, the environment and the defaults as one typed, deeply frozen object. */
export interface RegistryConfig {
  readonly sources: readonly SourceDefinition[];
  readonly registries: readonly RegistryDefinition[];
  readonly auth: AuthConfig;
  readonly database: DatabaseConfig;
  readonly audit: AuditConfig;
  readonly telemetry: TelemetryConfig;
  readonly catalog: { readonly pageCacheBytes: number };
  readonly environment: EnvironmentConfig;
}
