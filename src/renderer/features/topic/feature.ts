import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'

export const topic: Feature = {
  name: 'topic',
  icon: 'i-lucide-layers',
  title: 'features.topic',
  scope: 'cluster',
  rail: null,
  subject: ({ params }) => (params?.['topic'] === undefined ? null : String(params['topic'])),
  page: defineAsyncComponent(() => import('./TopicPage.vue')),
}
