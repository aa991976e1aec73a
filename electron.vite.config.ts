import nuxtUiPlugin from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

import { nuxtUi } from './nuxt-ui.config.ts'
import { appWorkers, CHROME_TARGET, engineWorkers, NODE_TARGET, present } from './scripts/entries.mjs'

// Targets are set by hand: electron-vite would derive them from the newest Electron, and the app must also run on
// Electron 33, the one that can be had from a package registry alone.

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: NODE_TARGET,
      sourcemap: true,
      // Bundled for fewer files to open at start, but for the part of the Kafka client that reads its own .wasm file.
      externalizeDeps: {
        exclude: ['@platformatic/kafka', 'kafkajs', 'zod'],
        include: ['@platformatic/wasm-utils'],
      },
      rollupOptions: {
        input: { index: 'src/main/index.ts', ...present({ ...engineWorkers, ...appWorkers }) },
        // Flat, shared chunks too: a worker is looked for beside the file that starts it, and that may be a chunk.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: NODE_TARGET,
      sourcemap: true,
      // A sandboxed preload must be one CommonJS file that requires nothing but Electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [vue(), nuxtUiPlugin(nuxtUi)],
    build: {
      outDir: 'out/renderer',
      target: CHROME_TARGET,
      minify: true, // not electron-vite's default: the window would be twice as big
    },
  },
})
