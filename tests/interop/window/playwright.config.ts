import { defineConfig } from '@playwright/test'

/** The window on a cluster of Apache Kafka: part of `npm run test:interop`. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../../out/test-results/interop-window',
  workers: 1,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  use: { trace: 'retain-on-failure' },
})
