import { usePreferredDark } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, watchEffect } from 'vue'
import type { AppInfo } from '../../../shared/ipc/app.ts'
import type { Settings } from '../../../shared/ipc/settings.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'
import { i18n, languageOf } from '../../locales/i18n.ts'

const DEFAULTS: Settings = { theme: 'system', language: 'system' }

/** The user's settings, and their effect on the page: its language and whether it is dark. */
export const useSettings = defineStore('settings', () => {
  const client = useClient()
  const saved = useRemoteValue<Settings>(() => client.settings.get())
  const info = useRemoteValue<AppInfo>(() => client.app.info())
  // Main makes the desktop's preference follow the chosen theme, so one question answers both.
  const dark = usePreferredDark()

  const current = computed(() => saved.value.value ?? DEFAULTS)
  const language = computed(() => languageOf(current.value.language, info.value.value?.systemLocale ?? 'en'))

  watchEffect(() => {
    document.documentElement.classList.toggle('dark', dark.value)
    document.documentElement.classList.toggle('light', !dark.value)
  })

  watchEffect(() => {
    i18n.global.locale.value = language.value
    document.documentElement.lang = language.value
  })

  client.settings.changed((settings) => saved.take({ ok: true, value: settings }))

  return {
    current,
    info: info.current,
    dark,
    language,
    load: async () => {
      await Promise.all([saved.load(), info.load()])
    },
    change: async (changed: Partial<Settings>) => saved.take(await client.settings.change(changed)),
  }
})
