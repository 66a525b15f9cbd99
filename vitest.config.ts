import { availableParallelism } from 'node:os';
import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const swcPlugin = () =>
  swc.vite({
    swcrc: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
  });

// Tests provoke errors on purpose; run them with LOG_LEVEL=debug to see what the program says meanwhile.
process.env['LOG_LEVEL'] ??= 'silent';

// Vitest leaves one processor free. Tests that start processes or wait for a database leave enough free by themselves, and
// on a machine with two that doubles the time.
const cores = availableParallelism();
const maxWorkersWaiting = Math.max(3, cores - 1);

// Tests that start processes and wait for them get a second chance on a machine of the gate, which may be busy.
const retry = process.env['CI'] ? 1 : 0;

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [swcPlugin()],
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts', 'bench/**/*.spec.ts'],
          setupFiles: ['test/harness/setup.ts'],
          maxWorkers: cores,
          // A process for each file would load Nest and all else 170 times over.
          isolate: false,
          testTimeout: 15_000,
        },
      },
      {
        plugins: [swcPlugin()],
        test: {
          name: 'medium',
          include: ['test/medium/**/*.spec.ts'],
          setupFiles: ['test/harness/setup.ts'],
          globalSetup: ['test/harness/postgres.global.ts'],
          maxWorkers: maxWorkersWaiting,
          retry,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [swcPlugin()],
        test: {
          name: 'chart',
          include: ['test/chart/**/*.spec.ts'],
          setupFiles: ['test/harness/setup.ts'],
          globalSetup: ['test/harness/kubernetes-tools.global.ts'],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [swcPlugin()],
        test: {
          name: 'kubernetes',
          include: ['test/kubernetes/**/*.spec.ts'],
          setupFiles: ['test/harness/setup.ts'],
          globalSetup: [
            'test/harness/postgres.global.ts',
            'test/harness/kubernetes-tools.global.ts',
            'test/kubernetes/harness/cluster.global.ts',
          ],
          // They share one API server, of which some take the definitions away.
          fileParallelism: false,
          retry,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [swcPlugin()],
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e-spec.ts'],
          setupFiles: ['test/harness/setup.ts'],
          globalSetup: ['test/harness/postgres.global.ts'],
          maxWorkers: maxWorkersWaiting,
          retry,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
