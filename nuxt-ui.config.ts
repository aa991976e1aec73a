import { fileURLToPath } from 'node:url'

import type { NuxtUIOptions } from '@nuxt/ui/unplugin'

/**
 * One set of options for the app build and for the unit tests. Shared because an icon that is not bundled is asked
 * of a public web service: the app's CSP forbids it, a test run would go out to the network.
 */
export const nuxtUi: NuxtUIOptions = {
  // Without a root Tailwind does not find the theme it must scan.
  root: fileURLToPath(new URL('.', import.meta.url)),
  router: false,
  icon: { clientBundle: { scan: true } },
  // Only the styles of components in use: halves the CSS.
  experimental: { componentDetection: true },
  // Generated types go where they are no part of the tree. Our own components are imported by name.
  autoImport: { dts: 'node_modules/.nuxt-ui/auto-imports.d.ts' },
  components: { dts: 'node_modules/.nuxt-ui/components.d.ts', dirs: [] },
  theme: { defaultVariants: { size: 'sm' } },
}
