import { ApiProperty } from '@nestjs/swagger';

/** Metadata of an OAuth protected resource (RFC 9728). */
export class ProtectedResourceResponse {
  @ApiProperty({
    description: '`auth.oauth.resourceUrl`; empty when not configured',
    example: 'https://registry.example.com',
  })
  readonly resource!: string;

  @ApiProperty({
    description: 'Issuers whose tokens are accepted, in configuration order',
    example: ['https://idp.example.com'],
    isArray: true,
    type: String,
  })
  readonly authorization_servers!: string[];

  @ApiProperty({ description: 'How tokens are sent', example: ['header'], isArray: true, type: String })
  readonly bearer_methods_supported!: string[];
}
