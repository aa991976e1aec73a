import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'
import { useHistoryCommands } from './commands.ts'

export const history: Feature = {
  name: 'history',
  icon: 'i-lucide-history',
  title: 'features.history',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./HistoryPage.vue')),
  subject: ({ params }) => {
    const about = params?.['topic'] ?? params?.['group']
    return about === undefined ? null : String(about)
  },
  useCommands: useHistoryCommands,
}
