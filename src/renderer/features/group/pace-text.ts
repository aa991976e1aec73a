import { useI18n } from 'vue-i18n'
import { useFormats } from '../../composables/formats.ts'

/** Rates and spans of time as the group's pages show them. Null is not known. */
export function usePaceText() {
  const { t } = useI18n()
  const { count, rate } = useFormats()

  const perSecond = (value: number | null) =>
    value === null ? '–' : t('units.perSecond', { n: rate(value) })

  function span(ms: number | null): string {
    if (ms === null) return '–'
    const seconds = Math.round(ms / 1_000)
    if (seconds < 120) return t('groups.seconds', { n: count(seconds) })
    const minutes = Math.round(seconds / 60)
    if (minutes < 120) return t('units.minutes', { n: count(minutes) })
    return t('units.hoursMinutes', { h: count(Math.floor(minutes / 60)), m: count(minutes % 60) })
  }

  return { perSecond, span }
}
