import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsIn, IsObject, IsOptional, IsString } from 'class-validator';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';

/** Body of `PUT /v1/registries/{name}` (admin-api spec 5, ahead.md P2). It replaces the registry completely. */
export class PutRegistryRequest {
  @ApiProperty({
    type: [String],
    minItems: 1,
    uniqueItems: true,
    description: 'Names of sources, at least one, without repetition; the first that has an entry provides it',
    example: ['published', 'catalogue'],
  })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  sources?: string[];

  @ApiPropertyOptional({
    ...CLAIMS_SCHEMA,
    description: 'Who sees the registry',
    example: { team: 'platform' },
  })
  @IsOptional()
  @IsObject()
  claims?: Record<string, unknown>;

  @ApiPropertyOptional({
    enum: ['private', 'public'],
    description: 'Whether consumers may read it without a token',
    default: 'private',
  })
  @IsOptional()
  @IsIn(['private', 'public'], { message: 'access must be private or public' })
  access?: 'private' | 'public';
}
