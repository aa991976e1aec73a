import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'
import { useProduceCommands } from './commands.ts'

export const produce: Feature = {
  name: 'produce',
  icon: 'i-lucide-send',
  title: 'features.produce',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./ProducePage.vue')),
  useCommands: useProduceCommands,
}
