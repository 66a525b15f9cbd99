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
        },
      },
      {
        plugins: [swcPlugin()],
        test: {
          name: 'medium',
          include: ['test/medium/**/*.spec.ts'],
          setupFiles: ['test/harness/setup.ts'],
          globalSetup: ['test/harness/postgres.global.ts'],
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
          maxWorkers: 2,
          retry,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
