import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/app',
  outputDir: 'out/test-results/app',
  workers: 1, // one app at a time: windows share the screen, the clipboard and the keyboard focus
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  use: { trace: 'retain-on-failure' },
})
