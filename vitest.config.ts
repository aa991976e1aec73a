import { existsSync } from 'node:fs'

import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

const setupFiles = ['tests/setup/polyfills.ts']

/** A suite that starts real brokers: slower, and run from what `build node` makes. */
function withBrokers(
  name: string,
  options: { oneFileAtATime?: boolean; isolate?: boolean } = {},
): TestProjectConfiguration {
  return {
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      pool: 'forks',
      isolate: options.isolate ?? true,
      setupFiles,
      globalSetup: ['tests/setup/build-node.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      fileParallelism: !options.oneFileAtATime,
    },
  }
}

/** Component tests need the Vue and Nuxt UI plugins, which are slow to load: only when there are such tests. */
async function rendererProject(): Promise<TestProjectConfiguration[]> {
  if (!existsSync('tests/unit/renderer')) return []
  const [vue, nuxtUiPlugin, { nuxtUi }] = await Promise.all([
    import('@vitejs/plugin-vue'),
    import('@nuxt/ui/vite'),
    import('./nuxt-ui.config.ts'),
  ])
  return [
    {
      plugins: [vue.default(), nuxtUiPlugin.default(nuxtUi)],
      test: {
        name: 'renderer',
        include: ['tests/unit/renderer/**/*.test.ts'],
        environment: 'happy-dom',
        pool: 'forks',
        testTimeout: 10_000,
        server: { deps: { inline: ['@nuxt/ui'] } },
      },
    },
  ]
}

export default defineConfig(async () => ({
  test: {
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          exclude: ['tests/unit/renderer/**'],
          pool: 'forks',
          // The code under test keeps no state in modules, so files may share a process: half the time.
          isolate: false,
          setupFiles,
          testTimeout: 10_000,
        },
      },
      ...(await rendererProject()),
      withBrokers('wire', { isolate: false }),
      withBrokers('clients'),
      // Timing is what these look at, so they do not share the processor.
      withBrokers('faults', { oneFileAtATime: true }),
      withBrokers('interop', { oneFileAtATime: true }),
    ],
  },
}))
