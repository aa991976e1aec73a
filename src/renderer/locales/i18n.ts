import { createI18n } from 'vue-i18n'
import { en } from './en.ts'
import type { Messages } from './en.ts'
import { ko } from './ko.ts'

export type Language = 'en' | 'ko'

export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en, ko },
})

/** The language for a choice and a system locale such as `ko-KR`; English where there is no translation. */
export function languageOf(choice: 'system' | Language, systemLocale: string): Language {
  if (choice !== 'system') return choice
  return systemLocale.toLowerCase().startsWith('ko') ? 'ko' : 'en'
}
