import { ApiProperty } from '@nestjs/swagger';
import { CLAIMS_SCHEMA } from '../../claims/claims-schema.js';
import type { Claims } from '../../claims/claims.js';

/** Claims of an entry. */
export class EntryClaimsResponse {
  @ApiProperty({
    description: 'A string or an array of strings for each key; empty when the entry has no claims',
    ...CLAIMS_SCHEMA,
    example: { org: 'acme', team: ['platform', 'data'] },
  })
  claims!: Claims;
}
