import { defineAsyncComponent } from 'vue'
import type { Location } from '../../navigation/tab.ts'
import type { Feature } from '../feature.ts'
import { useBrowseCommands } from './commands.ts'

export const browse: Feature = {
  name: 'browse',
  icon: 'i-lucide-rows-3',
  title: 'features.browse',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./BrowsePage.vue')),
  subject: ({ params }: Location) => (params?.['topic'] === undefined ? null : String(params['topic'])),
  useCommands: useBrowseCommands,
}
