import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { OpenApiDocument } from '../openapi/openapi.controller.js';
import { withSignIn } from '../openapi/sign-in-scheme.js';

/** Where Swagger UI is served; its files come from the installed package. */
export const SWAGGER_UI_PATH = '/docs';

/** Whether Swagger UI serves this path itself. */
export function isSwaggerUiPath(path: string): boolean {
  return path === SWAGGER_UI_PATH || path.startsWith(`${SWAGGER_UI_PATH}/`);
}

/** How people sign in from Swagger UI, where that is configured. */
export interface SwaggerSignIn {
  readonly clientId: string;
  /** The audience of the tokens, which some providers want to be told. */
  readonly audience: string;
  /** Where to sign in; undefined while that cannot be found out. */
  find(): Promise<{ readonly authorizationUrl: string; readonly tokenUrl: string } | undefined>;
}

/** The options by which Swagger UI offers to sign in with the authorisation code flow and PKCE. */
function signInOptions(signIn: SwaggerSignIn, document: () => OpenAPIObject) {
  const { clientId, audience } = signIn;
  return {
    swagger: {
      initOAuth: {
        clientId,
        scopes: ['openid'],
        usePkceWithAuthorizationCodeGrant: true,
        additionalQueryStringParams: { audience },
      },
    },
    patchDocumentOnRequest: async (): Promise<OpenAPIObject> => {
      const endpoints = await signIn.find();
      return endpoints ? withSignIn(document(), endpoints) : document();
    },
  };
}

/** The page that the provider sends people back to is looked for beside this one, so this one must be in a folder. */
const redirectToFolder: RequestHandler = (request, response, next) => {
  if (request.path === SWAGGER_UI_PATH) response.redirect(302, `.${SWAGGER_UI_PATH}/`);
  else next();
};

/**
 * Installs Swagger UI; to be called before the application is initialised.
 * @param signIn - absent: users paste a token
 */
export function setUpSwaggerUi(app: NestExpressApplication, signIn?: SwaggerSignIn): void {
  const document = (): OpenAPIObject => app.get(OpenApiDocument).document;
  const { swagger, ...options } = signIn ? signInOptions(signIn, document) : {};
  if (signIn) app.use(redirectToFolder);
  SwaggerModule.setup(SWAGGER_UI_PATH, app, document, {
    ...options,
    raw: false,
    customSiteTitle: 'ToolHive Registry API',
    swaggerOptions: {
      ...swagger,
      persistAuthorization: true,
      displayRequestDuration: true,
      filter: true,
      tryItOutEnabled: true,
    },
  });
}
