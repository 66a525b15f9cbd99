import { ApiProperty } from '@nestjs/swagger';
import { IsDefined, IsObject } from 'class-validator';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';

/** Body of a change of claims. */
export class EntryClaimsRequest {
  @ApiProperty({
    description: 'The new claims: a string or an array of strings for each key; an empty object removes all claims',
    ...CLAIMS_SCHEMA,
    example: { org: 'acme', team: ['platform', 'data'] },
  })
  @IsDefined({ message: 'claims is required' })
  @IsObject({ message: 'claims must be an object' })
  claims!: Record<string, unknown>;
}
