import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'
import { useTopicsCommands } from './commands.ts'

export const topics: Feature = {
  name: 'topics',
  icon: 'i-lucide-layers',
  title: 'features.topics',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./TopicsPage.vue')),
  useCommands: useTopicsCommands,
}
