import { All, Controller, Get } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../common/http/api-errors.decorator.js';
import { NotFoundError } from '../common/errors.js';
import { AuthSettings } from './auth-settings.js';
import { ProtectedResourceResponse } from './dto/protected-resource.response.js';

/** The OAuth protected resource document, by which clients find the identity providers (RFC 9728, auth spec 15). */
@ApiTags('Caller')
@Controller('.well-known/oauth-protected-resource')
export class ProtectedResourceController {
  constructor(private readonly settings: AuthSettings) {}

  @Get()
  @ApiOperation({
    summary: 'Get the protected resource metadata',
    description: 'Which identity providers issue tokens for this server. Needs no token; absent in anonymous mode.',
    security: [],
  })
  @ApiResponse({ status: 200, description: 'The metadata', type: ProtectedResourceResponse })
  @ApiErrors({ 404: 'not found' })
  getDocument(): ProtectedResourceResponse {
    const { mode, oauth } = this.settings.config;
    if (mode !== 'oauth' || !oauth) throw new NotFoundError('not found');
    return {
      resource: oauth.resourceUrl ?? '',
      authorization_servers: oauth.providers.map((provider) => provider.issuerUrl),
      bearer_methods_supported: ['header'],
    };
  }

  /** The document is the answer to any method. */
  @All()
  @ApiExcludeEndpoint()
  answerAnyMethod(): ProtectedResourceResponse {
    return this.getDocument();
  }
}
