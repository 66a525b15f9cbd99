import type { AuthConfig } from '../config/config.js';
import type { Logger } from '../telemetry/logging.js';
import { registryPublicPaths } from './public-paths.js';

/** Warns at the start about settings that open more than one may think (ahead.md P2 and P14). */
export function warnAboutPosture(config: AuthConfig, log: Pick<Logger, 'warn'>): void {
  if (config.mode !== 'oauth') return;
  if (!config.authz) {
    log.warn('auth.authz is not configured: every authenticated caller is an administrator');
    return;
  }
  for (const path of registryPublicPaths(config.publicPaths)) {
    log.warn(
      { path },
      'public path over /registry shows only entries without claims; set "access: public" on the registry instead',
    );
  }
}
