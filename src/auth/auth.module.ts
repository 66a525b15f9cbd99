import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { AuthConfig } from '../config/config.js';
import { createLogger } from '../telemetry/logging.js';
import { AccessPolicy } from './access-policy.js';
import { AuthReloader } from './auth-reloader.js';
import { AuthSettings } from './auth-settings.js';
import { MeController } from './me.controller.js';
import { warnAboutPosture } from './posture-warnings.js';
import { ProtectedResourceController } from './protected-resource.controller.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { RolesGuard } from './roles.guard.js';
import { SignInDirectory } from './sign-in.js';
import { createProviders, type ProviderEnvironment } from './tokens/provider-factory.js';
import { ProviderTokenVerifier } from './tokens/provider-token-verifier.js';
import { TokenVerifier } from './tokens/token-verifier.js';
import { VisibilityPolicy } from './visibility.js';

const log = createLogger('auth');

/**
 * Who makes a request, and what they may do. Global, so that every room can inject {@link AccessPolicy},
 * {@link VisibilityPolicy} and {@link AuthSettings}. The listener installs the middleware of
 * `createAuthenticationMiddleware` with this module's {@link RequestAuthenticator}. The role guard is global too.
 */
@Global()
@Module({})
export class AuthModule implements OnApplicationShutdown {
  constructor(@Inject(TokenVerifier) private readonly verifier: ProviderTokenVerifier) {}

  /**
   * The module for one `auth` block that has passed the checks of a start. Providers are contacted only when a token of
   * theirs arrives.
   */
  static register(config: AuthConfig, environment: ProviderEnvironment): DynamicModule {
    return {
      module: AuthModule,
      controllers: [MeController, ProtectedResourceController],
      providers: [
        {
          provide: AuthSettings,
          useFactory: () => {
            warnAboutPosture(config, log);
            return new AuthSettings(config);
          },
        },
        {
          provide: TokenVerifier,
          useFactory: async () => new ProviderTokenVerifier(await createProviders(config, environment)),
        },
        {
          provide: AuthReloader,
          inject: [AuthSettings, TokenVerifier],
          useFactory: (settings: AuthSettings, verifier: ProviderTokenVerifier) =>
            new AuthReloader(settings, verifier, environment),
        },
        {
          provide: SignInDirectory,
          inject: [AuthSettings, TokenVerifier],
          useFactory: (settings: AuthSettings, verifier: ProviderTokenVerifier) =>
            new SignInDirectory(settings, verifier),
        },
        {
          provide: AccessPolicy,
          inject: [AuthSettings],
          useFactory: (posture: AuthSettings) => new AccessPolicy(posture),
        },
        {
          provide: VisibilityPolicy,
          inject: [AuthSettings, AccessPolicy],
          useFactory: (posture: AuthSettings, access: AccessPolicy) => new VisibilityPolicy(posture, access),
        },
        RequestAuthenticator,
        { provide: APP_GUARD, useClass: RolesGuard },
      ],
      exports: [AuthSettings, AccessPolicy, VisibilityPolicy, RequestAuthenticator, AuthReloader, SignInDirectory],
    };
  }

  /** Closes the connections to the identity providers, after the last request. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.verifier.providers.map((provider) => provider.close()));
  }
}
