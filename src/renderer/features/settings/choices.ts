import type { Settings } from '../../../shared/ipc/settings.ts'

export const THEMES: readonly Settings['theme'][] = ['system', 'light', 'dark']
export const LANGUAGES: readonly Settings['language'][] = ['system', 'en', 'ko']
