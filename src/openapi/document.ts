import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** Name of the security scheme in the document (admin-api spec 1.2). */
export const BEARER_SCHEME = 'BearerAuth';

const DESCRIPTION = [
  'Governs which MCP servers, skills and plugins people and AI clients can see.',
  '',
  '- **Consumers** (IDEs, the ToolHive CLI, catalogue UIs) read `/registry/{registryName}/v0.1/…`: the MCP Registry API v0.1',
  '  with extensions for skills and plugins under `x/dev.toolhive`.',
  '- **Administrators** manage sources, registries and published entries under `/v1/…`.',
  '',
  'Every error is `{"error": "<sentence>"}`. In OAuth mode every call needs a bearer token, but for public paths.',
].join('\n');

/**
 * Builds the OpenAPI 3.1 document from the controllers and DTOs of an application.
 * @returns the document of admin-api spec 1.2: title, version 0.1, templates with the specification's parameter names
 */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('ToolHive Registry API')
    .setDescription(DESCRIPTION)
    .setVersion('0.1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, BEARER_SCHEME)
    .addSecurityRequirements(BEARER_SCHEME)
    .addTag('Servers', 'MCP servers of a registry')
    .addTag('Skills', 'Skills of a registry')
    .addTag('Plugins', 'Plugins of a registry')
    .addTag('Registries', 'Ordered lists of sources that consumers query')
    .addTag('Sources', 'Where entries come from')
    .addTag('Entries', 'What is published over this API')
    .addTag('Caller', 'Who calls, and whose tokens are accepted')
    .addTag('Documents', 'This description')
    .build();
  return SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controllerKey, methodKey) => `${controllerKey.replace(/Controller$/, '')}_${methodKey}`,
  });
}
