// Loaded into the program that is measured: on SIGUSR2 it writes what the event loop was held up since the last time, to
// the file that BENCH_LOOP_FILE names.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

process.on('SIGUSR2', () => {
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  writeFileSync(process.env.BENCH_LOOP_FILE, JSON.stringify({ p99: ms(delay.percentile(99)), max: ms(delay.max) }));
  delay.reset();
});
