import { fileURLToPath } from 'node:url'

import type { NuxtUIOptions } from '@nuxt/ui/unplugin'

const root = fileURLToPath(new URL('.', import.meta.url))

/**
 * One set of options for the app build and for the unit tests. Shared because an icon that is not bundled is asked
 * of a public web service: the app's CSP forbids it, a test run would go out to the network.
 */
export const nuxtUi: NuxtUIOptions = {
  // Without a root Tailwind does not find the theme it must scan.
  root,
  router: false,
  // Features name their icons in TypeScript, which the scan leaves out by itself.
  icon: { clientBundle: { scan: { globInclude: ['src/renderer/**/*.{vue,ts}'] } } },
  // Only the styles of components in use: halves the CSS.
  experimental: { componentDetection: true },
  // Generated types go where they are no part of the tree. Our own components are imported by name.
  autoImport: { dts: `${root}node_modules/.nuxt-ui/auto-imports.d.ts` },
  components: { dts: `${root}node_modules/.nuxt-ui/components.d.ts`, dirs: [] },
  // The window sets its theme itself: it follows the app's setting, which main applies to the whole app.
  colorMode: false,
  theme: { defaultVariants: { size: 'sm' } },
  ui: {
    colors: { primary: 'sky', neutral: 'slate' },
    button: {
      variants: { size: { xs: { leadingIcon: 'size-3.5' }, sm: { leadingIcon: 'size-3.5' } } },
      compoundVariants: [
        // The library's own three quarters leave too little contrast to the label under the pointer.
        { color: 'primary', variant: 'solid', class: 'hover:bg-primary/90 active:bg-primary/90' },
        { color: 'error', variant: 'solid', class: 'hover:bg-error/90 active:bg-error/90' },
      ],
    },
  },
}
