import type { INestApplication } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { AuthReloader } from '../auth/auth-reloader.js';
import { ProvisioningService } from '../provisioning/provisioning.service.js';
import { ConfigReloader } from './config-reloader.js';
import type { ServeOptions } from './serve-options.js';
import type { WorkerLink } from './workers/worker-link.js';

/**
 * Applies the file when it changes, and on SIGHUP, which also opens the audit log anew. Of several workers the one with the
 * background work does so; the others take over what every process needs when it has.
 */
export function followConfiguration(app: INestApplication, options: ServeOptions, link?: WorkerLink): ConfigReloader {
  const provisioning = app.get(ProvisioningService);
  const auth = app.get(AuthReloader);
  const audit = app.get(AuditLog);
  const { runsBackground } = options.role;
  const reloader = new ConfigReloader({
    path: options.configPath,
    current: options.config,
    read: options.reload,
    apply: async (config) => {
      const applyAuth = await auth.prepare(config.auth);
      if (runsBackground) await provisioning.apply(config);
      applyAuth();
      if (runsBackground) link?.reportReloaded();
    },
  });
  process.on('SIGHUP', () => {
    audit.reopen();
    if (runsBackground) void reloader.reload();
  });
  if (runsBackground) reloader.start();
  link?.onFollow(() => void reloader.reload());
  return reloader;
}
