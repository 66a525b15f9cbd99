// Typed rules, and the direction of imports of the house: every room may import only rooms below it.
import tseslint from 'typescript-eslint';

// The two lowest floors, which everything may import.
const GROUND = ['model', 'claims', 'common'];
const FIRST = ['documents', 'config', 'openapi'];

// What each room may import besides itself and the two lowest floors. A room that is not named may import all.
const MAY_IMPORT = {
  operations: [
    'provisioning',
    'registries',
    'sources',
    'sync',
    'kubernetes',
    'servers',
    'skills',
    'plugins',
    'entries',
    'catalog',
    'audit',
    'auth',
    'database',
    'telemetry',
  ],
  provisioning: ['registries', 'sources', 'database', 'telemetry'],
  registries: ['sources', 'auth', 'database', 'telemetry'],
  sources: ['sync', 'entries', 'auth', 'database', 'telemetry'],
  sync: ['entries', 'database', 'telemetry'],
  kubernetes: ['entries', 'database', 'telemetry'],
  servers: ['catalog', 'auth', 'telemetry'],
  skills: ['catalog', 'auth', 'telemetry'],
  plugins: ['catalog', 'auth', 'telemetry'],
  entries: ['auth', 'database', 'telemetry'],
  catalog: ['auth', 'database', 'telemetry'],
  audit: ['auth', 'telemetry'],
  auth: ['telemetry'],
  database: ['telemetry'],
  telemetry: [],
  documents: null,
  config: null,
  openapi: null,
  model: [],
  claims: [],
  common: [],
};
const ROOMS = [...Object.keys(MAY_IMPORT), 'cli'];

/** One block a room: what it may not import. */
const rooms = Object.entries(MAY_IMPORT).map(([room, allowed]) => {
  const ground = GROUND.includes(room) ? GROUND : [...GROUND, ...FIRST];
  const reachable = new Set([room, ...ground, ...(allowed ?? [])]);
  const others = ROOMS.filter((other) => !reachable.has(other));
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${others.join('|')})/`,
              message: `imports point down: ${room}/ may import ${[...reachable].join(', ')} only`,
            },
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'data', '**/*.mjs', 'vitest.config.ts'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'e2e/**/*.ts', 'bench/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
    },
  },
  ...rooms,
  {
    files: ['**/*.spec.ts', '**/*.e2e-spec.ts', 'test/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
