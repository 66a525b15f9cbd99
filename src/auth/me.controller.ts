import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../common/http/api-errors.decorator.js';
import { AuthenticationError } from '../common/errors.js';
import { ROLES, type Caller } from './caller.js';
import { CurrentCaller } from './current-caller.decorator.js';
import { MeResponse } from './dto/me.response.js';

/** Tells callers who they are (auth spec 13). */
@ApiTags('Caller')
@ApiBearerAuth('BearerAuth')
@Controller('v1/me')
export class MeController {
  @Get()
  @ApiOperation({ summary: 'Get the caller', description: 'The subject and the roles of the token that was sent.' })
  @ApiResponse({ status: 200, description: 'The caller', type: MeResponse })
  // Without a valid token, and in anonymous mode.
  @ApiErrors({ 401: 'authentication required', 503: 'identity provider unavailable' })
  getMe(@CurrentCaller() caller: Caller | undefined): MeResponse {
    if (caller === undefined) throw new AuthenticationError('authentication required');
    return { subject: caller.subject, roles: ROLES.filter((role) => caller.roles.has(role)) };
  }
}
