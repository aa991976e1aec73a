import { useI18n } from 'vue-i18n'
import type { CommandGroup } from '../feature.ts'
import { LANGUAGES, THEMES } from './choices.ts'
import { useSettings } from './store.ts'

const THEME_ICONS = { system: 'i-lucide-monitor', light: 'i-lucide-sun', dark: 'i-lucide-moon' }

export function useSettingsCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const settings = useSettings()
  return () => [
    {
      title: 'palette.settings',
      commands: [
        ...THEMES.map((theme) => ({
          id: `theme-${theme}`,
          label: t('settings.setTheme', { name: t(`settings.themes.${theme}`) }),
          icon: THEME_ICONS[theme],
          run: () => void settings.change({ theme }),
        })),
        ...LANGUAGES.map((language) => ({
          id: `language-${language}`,
          label: t('settings.setLanguage', { name: t(`settings.languages.${language}`) }),
          icon: 'i-lucide-languages',
          run: () => void settings.change({ language }),
        })),
      ],
    },
  ]
}
