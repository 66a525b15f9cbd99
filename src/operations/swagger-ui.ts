import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { OpenApiDocument } from '../openapi/openapi.controller.js';

/** Where Swagger UI is served; its files come from the installed package. */
export const SWAGGER_UI_PATH = '/docs';

/** Whether Swagger UI serves this path itself. */
export function isSwaggerUiPath(path: string): boolean {
  return path === SWAGGER_UI_PATH || path.startsWith(`${SWAGGER_UI_PATH}/`);
}

/** Installs Swagger UI; to be called before the application is initialised. */
export function setUpSwaggerUi(app: NestExpressApplication): void {
  SwaggerModule.setup(SWAGGER_UI_PATH, app, () => app.get(OpenApiDocument).document, {
    raw: false,
    customSiteTitle: 'ToolHive Registry API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, filter: true, tryItOutEnabled: true },
  });
}
