import { defineAsyncComponent } from 'vue'
import { useClusterCommands } from '../clusters/commands.ts'
import type { Feature } from '../feature.ts'

export const overview: Feature = {
  name: 'overview',
  icon: 'i-lucide-layout-dashboard',
  title: 'features.overview',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./OverviewPage.vue')),
  useCommands: useClusterCommands,
}
