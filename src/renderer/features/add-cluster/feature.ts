import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'

export const addCluster: Feature = {
  name: 'add-cluster',
  icon: 'i-lucide-globe',
  title: 'features.addCluster',
  scope: 'app',
  rail: null,
  page: defineAsyncComponent(() => import('./AddClusterPage.vue')),
}
