import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'

export const groups: Feature = {
  name: 'groups',
  icon: 'i-lucide-users',
  title: 'features.groups',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./GroupsPage.vue')),
}
