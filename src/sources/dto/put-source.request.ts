import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { Nested } from '../../common/http/body-dto.js';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';
import {
  ApiSettingsRequest,
  FileSettingsRequest,
  FilterRequest,
  GitSettingsRequest,
  KubernetesSettingsRequest,
  ManagedSettingsRequest,
  SyncPolicyRequest,
} from './source-settings.request.js';

/**
 * Body of `PUT /v1/sources/{name}`: exactly one of the five kind blocks (admin-api spec 4.3). It replaces the source
 * completely; the rules beyond the types of members are in `source-rules.ts`.
 */
export class PutSourceRequest {
  @ApiPropertyOptional({ type: GitSettingsRequest, description: 'A file in a git repository' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => GitSettingsRequest)
  git?: GitSettingsRequest;

  @ApiPropertyOptional({ type: ApiSettingsRequest, description: 'Another MCP registry' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => ApiSettingsRequest)
  api?: ApiSettingsRequest;

  @ApiPropertyOptional({ type: FileSettingsRequest, description: 'A registry document' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => FileSettingsRequest)
  file?: FileSettingsRequest;

  @ApiPropertyOptional({ type: ManagedSettingsRequest, description: 'Entries published over the API; at most one' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => ManagedSettingsRequest)
  managed?: ManagedSettingsRequest;

  @ApiPropertyOptional({ type: KubernetesSettingsRequest, description: 'Workloads of a Kubernetes cluster' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => KubernetesSettingsRequest)
  kubernetes?: KubernetesSettingsRequest;

  @ApiPropertyOptional({ type: SyncPolicyRequest, description: 'How the source is synchronised' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => SyncPolicyRequest)
  syncPolicy?: SyncPolicyRequest;

  @ApiPropertyOptional({
    enum: ['upstream', 'toolhive'],
    description: 'Format of the document of a file or git source; detected when absent',
  })
  @IsOptional()
  @IsString()
  format?: string;

  @ApiPropertyOptional({ type: FilterRequest, description: 'Which entries are taken' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Nested(() => FilterRequest)
  filter?: FilterRequest;

  @ApiPropertyOptional({
    ...CLAIMS_SCHEMA,
    description: 'Who sees the source and its entries',
    example: { team: 'platform' },
  })
  @IsOptional()
  @IsObject()
  claims?: Record<string, unknown>;
}
