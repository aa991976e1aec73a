import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'
import { useDemoCommands } from './commands.ts'

export const demo: Feature = {
  name: 'demo',
  icon: 'i-lucide-flask-conical',
  title: 'features.demo',
  scope: 'cluster',
  rail: 'top',
  page: defineAsyncComponent(() => import('./DemoPage.vue')),
  useCommands: useDemoCommands,
}
