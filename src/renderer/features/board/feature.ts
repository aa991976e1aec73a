import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'
import { useFaultCommands } from './commands.ts'

export const board: Feature = {
  name: 'board',
  icon: 'i-lucide-grid-3x3',
  title: 'features.board',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./BoardPage.vue')),
  useCommands: useFaultCommands,
}
