import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { AuthConfig, EnvironmentConfig } from '../config/config.js';
import { AccessPolicy } from './access-policy.js';
import { AuthSettings } from './auth-settings.js';
import { MeController } from './me.controller.js';
import { ProtectedResourceController } from './protected-resource.controller.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { RolesGuard } from './roles.guard.js';
import { ProviderTokenVerifier } from './tokens/provider-token-verifier.js';
import { TokenVerifier } from './tokens/verified-token.js';
import { VisibilityPolicy } from './visibility.js';

/**
 * Who makes a request, and what they may do. Global, so that every room can inject {@link AccessPolicy},
 * {@link VisibilityPolicy} and {@link AuthSettings}. The listener installs the middleware of
 * `createAuthenticationMiddleware` with this module's {@link RequestAuthenticator}.
 */
@Global()
@Module({})
export class AuthModule {
  static register(config: AuthConfig, environment: EnvironmentConfig): DynamicModule {
    return {
      module: AuthModule,
      controllers: [MeController, ProtectedResourceController],
      providers: [
        { provide: AuthSettings, useFactory: () => new AuthSettings(config) },
        {
          provide: TokenVerifier,
          useFactory: () => new ProviderTokenVerifier(config.oauth?.providers ?? [], environment),
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
      exports: [AuthSettings, AccessPolicy, VisibilityPolicy, RequestAuthenticator],
    };
  }
}
