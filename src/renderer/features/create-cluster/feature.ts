import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'

export const createCluster: Feature = {
  name: 'create-cluster',
  icon: 'i-lucide-plus',
  title: 'features.createCluster',
  scope: 'app',
  rail: null,
  page: defineAsyncComponent(() => import('./CreateClusterPage.vue')),
}
