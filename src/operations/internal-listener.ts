import type { BuildInfo } from '../common/build-info.js';
import type { MetricsSource } from '../telemetry/telemetry-handle.js';
import { InternalModule } from './internal.module.js';
import { createListener, type Listener } from './listener.js';
import { ReadinessService } from './readiness.service.js';
import { createInternalGate } from './internal-gate.middleware.js';

/** Creates the internal listener and the readiness it reports. */
export async function createInternalListener(
  buildInfo: BuildInfo,
  prometheus: MetricsSource | undefined,
): Promise<{ listener: Listener; readiness: ReadinessService }> {
  const listener = await createListener(InternalModule.register(buildInfo, prometheus), { compress: false });
  listener.app.use(createInternalGate(listener.routes, listener.reply));
  await listener.app.init();
  return { listener, readiness: listener.app.get(ReadinessService) };
}
