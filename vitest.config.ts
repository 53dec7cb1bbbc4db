import { defineConfig } from 'vitest/config';

// One process per file: native add-ons (LMDB, PostgreSQL's client) and child processes never outlive or meet another file's.
const shared = { pool: 'forks', isolate: true, testTimeout: 20_000, hookTimeout: 60_000, environment: 'node' } as const;

// Whole networks, browsers and imports: one file at a time, with time to spare on a busy machine.
const heavy = ['test/sandbox/**/*.test.ts', 'test/e2e/**/*.test.ts', 'test/network-home/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: [...heavy, 'test/**/*.long.test.ts'], sequence: { groupOrder: 0 } },
      },
      {
        test: {
          ...shared,
          name: 'system',
          include: heavy,
          exclude: ['test/**/*.long.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          fileParallelism: false,
          testTimeout: 7_200_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
