import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsIn, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { Nested } from '../../common/http/body-dto.js';
import type { InvalidEntryPolicy } from '../../model/source-settings.js';

/** HTTP Basic authentication towards a git remote. */
export class GitAuthRequest {
  @ApiPropertyOptional({
    type: String,
    description: 'User name; together with `passwordFile` or not at all',
    example: 'bot',
  })
  @IsOptional()
  @IsString()
  username?: string | null;

  @ApiPropertyOptional({
    type: String,
    description: 'Absolute path of the file that holds the password',
    example: '/secrets/git',
  })
  @IsOptional()
  @IsString()
  passwordFile?: string | null;
}

/** The `git` block of a source: at most one of branch, tag and commit. */
export class GitSettingsRequest {
  @ApiProperty({
    type: String,
    description: 'URL or path of the repository. A password of `***` keeps the stored one',
    example: 'https://github.com/example/registry.git',
  })
  @IsOptional()
  @IsString()
  repository?: string | null;

  @ApiPropertyOptional({
    type: String,
    description: "Branch; the remote's default branch when nothing is given",
    example: 'main',
  })
  @IsOptional()
  @IsString()
  branch?: string | null;

  @ApiPropertyOptional({ type: String, description: 'Tag, lightweight or annotated', example: 'v1.2.0' })
  @IsOptional()
  @IsString()
  tag?: string | null;

  @ApiPropertyOptional({ type: String, description: 'Full id of a commit' })
  @IsOptional()
  @IsString()
  commit?: string | null;

  @ApiPropertyOptional({ type: String, description: 'File inside the repository', default: 'registry.json' })
  @IsOptional()
  @IsString()
  path?: string | null;

  @ApiPropertyOptional({ type: GitAuthRequest, description: 'HTTP Basic authentication' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => GitAuthRequest)
  auth?: GitAuthRequest | null;
}

/** OAuth 2.0 client credentials for an upstream registry. */
export class ApiOauth2Request {
  @ApiProperty({ type: String, description: 'Absolute http(s) URL of the token endpoint' })
  @IsOptional()
  @IsString()
  tokenUrl?: string | null;

  @ApiProperty({ type: String, description: 'Client id' })
  @IsOptional()
  @IsString()
  clientId?: string | null;

  @ApiProperty({ type: String, description: 'Absolute path of the file that holds the client secret' })
  @IsOptional()
  @IsString()
  clientSecretFile?: string | null;

  @ApiPropertyOptional({ type: [String], description: 'Scopes to ask for' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  scopes?: string[] | null;

  @ApiPropertyOptional({ type: String, description: 'Audience to ask for' })
  @IsOptional()
  @IsString()
  audience?: string | null;
}

/** Authentication towards an upstream registry: exactly one member. It is never shown again. */
export class ApiAuthRequest {
  @ApiPropertyOptional({
    type: String,
    description: 'Absolute path of the file that holds a bearer token; read anew on each pass',
  })
  @IsOptional()
  @IsString()
  bearerTokenFile?: string | null;

  @ApiPropertyOptional({ type: ApiOauth2Request, description: 'OAuth 2.0 client credentials' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => ApiOauth2Request)
  oauth2?: ApiOauth2Request | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Header name to the absolute path of the file that holds its value',
  })
  @IsOptional()
  @IsObject()
  headers?: Record<string, unknown> | null;
}

/** The `api` block of a source: another MCP registry. */
export class ApiSettingsRequest {
  @ApiProperty({
    type: String,
    description: 'Base URL of the registry, http or https. A password of `***` keeps the stored one',
    example: 'https://registry.example.com',
  })
  @IsOptional()
  @IsString()
  endpoint?: string | null;

  @ApiPropertyOptional({ type: String, description: 'Duration for each request, at most 5m', default: '10s' })
  @IsOptional()
  @IsString()
  timeout?: string | null;

  @ApiPropertyOptional({ type: ApiAuthRequest, description: 'Authentication; write-only' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => ApiAuthRequest)
  auth?: ApiAuthRequest | null;

  @ApiPropertyOptional({ type: String, description: 'Duration for a whole pass', default: '15m' })
  @IsOptional()
  @IsString()
  passTimeout?: string | null;

  @ApiPropertyOptional({ type: 'integer', description: 'Most servers a pass may read', default: 1_000_000 })
  @IsOptional()
  @IsInt()
  maxServers?: number | null;

  @ApiPropertyOptional({ type: String, description: 'Duration between full passes', default: '24h' })
  @IsOptional()
  @IsString()
  fullSyncInterval?: string | null;
}

/** The `file` block of a source: exactly one of path, url and data. */
export class FileSettingsRequest {
  @ApiPropertyOptional({ type: String, description: 'Path of a file on the server', example: '/data/registry.json' })
  @IsOptional()
  @IsString()
  path?: string | null;

  @ApiPropertyOptional({ type: String, description: 'Absolute http(s) URL. A password of `***` keeps the stored one' })
  @IsOptional()
  @IsString()
  url?: string | null;

  @ApiPropertyOptional({ type: String, description: 'A whole registry document; stored before the answer is sent' })
  @IsOptional()
  @IsString()
  data?: string | null;

  @ApiPropertyOptional({ type: String, description: 'Duration for the request; only with `url`', default: '30s' })
  @IsOptional()
  @IsString()
  timeout?: string | null;
}

/** The `managed` block of a source; it has no members. */
export class ManagedSettingsRequest {}

/** The `kubernetes` block of a source. */
export class KubernetesSettingsRequest {
  @ApiPropertyOptional({
    type: [String],
    description: 'Namespaces to watch; those of the environment, or all, when absent',
    example: ['mcp-servers'],
  })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  namespaces?: string[] | null;

  /** The spelling in which answers carry the list. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  Namespaces?: string[] | null;
}

/** How a source is synchronised. */
export class SyncPolicyRequest {
  @ApiPropertyOptional({
    type: String,
    description: 'Duration between two passes; required for git, api, file.path and file.url, ignored otherwise',
    example: '30m',
  })
  @IsOptional()
  @IsString()
  interval?: string | null;

  @ApiPropertyOptional({
    enum: ['fail', 'skip'],
    description: 'What happens with entries that fail validation; by default `skip` for api, `fail` otherwise',
  })
  @IsOptional()
  @IsIn(['fail', 'skip'], { message: 'onInvalidEntry must be fail or skip' })
  onInvalidEntry?: InvalidEntryPolicy | null;
}

/** Include and exclude lists of a filter. */
export class FilterListRequest {
  @ApiPropertyOptional({ type: [String], description: 'When not empty, one of these must match' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  include?: string[] | null;

  @ApiPropertyOptional({ type: [String], description: 'None of these may match' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  exclude?: string[] | null;
}

/** Which entries of a source are taken. */
export class FilterRequest {
  @ApiPropertyOptional({ type: FilterListRequest, description: 'Globs over names; `*` crosses slashes' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => FilterListRequest)
  names?: FilterListRequest | null;

  @ApiPropertyOptional({ type: FilterListRequest, description: 'Tags of servers, compared exactly' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => FilterListRequest)
  tags?: FilterListRequest | null;
}
