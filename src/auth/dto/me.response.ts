import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../caller.js';

/** Who the server takes the caller for. */
export class MeResponse {
  @ApiProperty({ description: '`sub` of the token; empty when it has none', example: 'someone' })
  readonly subject!: string;

  @ApiProperty({ description: 'Roles that the token grants, in a fixed order', enum: ROLES, isArray: true })
  readonly roles!: Role[];
}
