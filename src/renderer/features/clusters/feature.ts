import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'

export const clusters: Feature = {
  name: 'clusters',
  icon: 'i-lucide-server',
  title: 'features.clusters',
  scope: 'app',
  rail: 'bottom',
  page: defineAsyncComponent(() => import('./ClustersPage.vue')),
}
