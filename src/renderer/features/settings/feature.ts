import { defineAsyncComponent } from 'vue'
import type { Feature } from '../feature.ts'
import { useSettingsCommands } from './commands.ts'

export const settings: Feature = {
  name: 'settings',
  icon: 'i-lucide-settings',
  title: 'features.settings',
  scope: 'app',
  rail: 'bottom',
  page: defineAsyncComponent(() => import('./SettingsPage.vue')),
  useCommands: useSettingsCommands,
}
