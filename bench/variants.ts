import { startCollector } from './lib/collector.ts';
import { startIssuer } from './lib/issuer.ts';
import { compare } from './lib/load.ts';
import { isLoaded } from './passes.ts';
import { waitFor } from './lib/processes.ts';
import type { Report } from './lib/report.ts';
import { spreadOf } from './lib/spread.ts';
import type { Stage } from './lib/stage.ts';
import { ratios, type Effort } from './reads.ts';

/** Metrics, and one trace in a hundred. */
const telemetryTo = (endpoint: string): Record<string, unknown> => ({
  telemetry: {
    enabled: true,
    endpoint,
    insecure: true,
    tracing: { enabled: true, sampling: 0.01 },
    metrics: { enabled: true },
  },
});

/** Compares the list as usual with the same list behind a token, compressed, and with telemetry on. */
export async function measureVariants(stage: Stage, report: Report, effort: Effort): Promise<void> {
  const [issuer, collector] = [await startIssuer(), await startCollector()];
  const usual = await stage.start();
  const guarded = await stage.start({ auth: issuer.block, env: { THV_REGISTRY_INSECURE_URL: 'true' } });
  const compressing = await stage.start({ env: { THV_REGISTRY_COMPRESS_RESPONSE: 'true' } });
  const observed = await stage.start({ config: telemetryTo(collector.endpoint) });
  for (const server of [usual, compressing, observed]) await waitFor(isLoaded(server, stage), 'the catalogue');
  const figures = await compare(
    {
      usual: { url: usual.list, server: usual },
      token: { url: guarded.list, headers: { authorization: `Bearer ${issuer.token}` }, server: guarded },
      gzip: { url: compressing.list, headers: { 'accept-encoding': 'gzip' }, server: compressing },
      telemetry: { url: observed.list, server: observed },
    },
    effort.rounds,
    effort.seconds,
  );
  const rows = {
    token: 'list of 30, verified token seen before',
    gzip: 'list of 30, gzip',
    telemetry: 'list of 30, metrics on and 1 % of the traces',
  } as const;
  for (const name of ['token', 'gzip', 'telemetry'] as const) {
    report.add({
      what: rows[name],
      requestsPerCpuSecond: spreadOf(figures[name]),
      of: { 'the list as usual': ratios(figures[name], figures.usual) },
    });
  }
  for (const server of [usual, guarded, compressing, observed]) await server.stop();
  await Promise.all([issuer.stop(), collector.stop()]);
}
