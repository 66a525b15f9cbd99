import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';
import type { Claims } from '../../claims/claims.js';
import type { CreationType } from '../../model/source-settings.js';

/** A registry (admin-api spec 5). */
export class RegistryResponse {
  @ApiProperty({ description: 'Name of the registry', example: 'default' })
  name!: string;

  @ApiPropertyOptional({ ...CLAIMS_SCHEMA, description: 'Who sees the registry' })
  claims?: Claims;

  @ApiPropertyOptional({ enum: ['public'], description: 'Present when consumers may read it without a token' })
  access?: 'public';

  @ApiProperty({ enum: ['CONFIG', 'API'], description: 'Who made it: the configuration file or this API' })
  creationType!: CreationType;

  @ApiProperty({ type: [String], description: 'Names of its sources in order of precedence' })
  sources!: readonly string[];

  @ApiProperty({ format: 'date-time', description: 'When it was made', example: '2026-11-22T14:50:44.133127Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was last written', example: '2026-11-22T14:50:44.144668Z' })
  updatedAt!: string;
}

/** All registries that the caller may see. */
export class RegistriesResponse {
  @ApiProperty({ type: [RegistryResponse], description: 'By name' })
  registries!: RegistryResponse[];
}
