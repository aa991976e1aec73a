import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'

export const group: Feature = {
  name: 'group',
  icon: 'i-lucide-users',
  title: 'features.group',
  scope: 'cluster',
  rail: null,
  page: defineAsyncComponent(() => import('./GroupPage.vue')),
  subject: ({ params }) => (params?.['groupId'] === undefined ? null : String(params['groupId'])),
}
