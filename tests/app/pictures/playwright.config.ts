import { defineConfig } from '@playwright/test'

/** Only on demand, `node scripts/pictures.mjs`: pictures are for eyes, and fail nothing. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.pictures.ts',
  outputDir: '../../../out/test-results/pictures',
  workers: 1,
  timeout: 900_000,
  expect: { timeout: 20_000 },
})
