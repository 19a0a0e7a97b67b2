import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Client code under test in Node loads no part by its address. */
const unbuiltParts = {
  name: 'vitrine:unbuilt-parts',
  resolveId: (id: string) => (id === 'virtual:parts' ? '\0virtual:parts' : null),
  load: (id: string) => (id === '\0virtual:parts' ? `export const sdk = ''; export const hash = '';` : null),
};

/** Three projects: pure code and trainer in Node, the Worker inside workerd, the client in a real Chromium. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [unbuiltParts],
        test: {
          name: 'unit',
          environment: 'node',
          include: ['shared/**/*.test.ts', 'trainer/**/*.test.ts', 'client/**/*.test.ts', 'demo/**/*.test.ts'],
          exclude: ['client/e2e/**', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                MIGRATIONS: await readD1Migrations('edge/registry/migration'),
                ADMIN_TOKEN: 'test-admin-token-of-32-characters',
                SIGNING_KEYS: 'k1:dGVzdC1zaWduaW5nLWtleS1vZi0zMi1ieXRlcyEhISE=',
              },
            },
          })),
        ],
        test: { name: 'edge', include: ['edge/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['client/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
