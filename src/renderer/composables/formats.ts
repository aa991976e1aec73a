import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

const KIB = 1024
/** Rates below this have a decimal. */
const SMALL_RATE = 10
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** Numbers as the user's language writes them. Counts are exact; bytes have one decimal. */
export function useFormats() {
  const { locale, t } = useI18n()
  const counts = computed(() => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }))
  const decimals = computed(
    () => new Intl.NumberFormat(locale.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  )

  const count = (value: number | bigint) => counts.value.format(value)

  /** Of what happens in a second: small ones with a decimal, so that something is not told as nothing. */
  const rate = (value: number) =>
    value > 0 && value < SMALL_RATE ? decimals.value.format(Math.max(value, 0.1)) : count(value)

  const bytes = (value: number) => {
    const power = value < KIB ? 0 : Math.min(Math.floor(Math.log(value) / Math.log(KIB)), UNITS.length - 1)
    const scaled = value / KIB ** power
    return `${power === 0 ? count(scaled) : decimals.value.format(scaled)} ${UNITS[power] ?? ''}`
  }

  const duration = (ms: number) => {
    const minutes = Math.floor(ms / 60_000)
    const hours = Math.floor(minutes / 60)
    const days = Math.floor(hours / 24)
    if (minutes < 1) return t('units.lessThanMinute')
    if (hours < 1) return t('units.minutes', { n: count(minutes) })
    if (days < 1) return t('units.hoursMinutes', { h: count(hours), m: count(minutes % 60) })
    return t('units.daysHours', { d: count(days), h: count(hours % 24) })
  }

  /** HH:mm:ss, with the date when it is not today. */
  const moment = (atMs: number) => {
    const at = new Date(atMs)
    const isToday = at.toDateString() === new Date().toDateString()
    return new Intl.DateTimeFormat(locale.value, {
      ...(isToday ? {} : { dateStyle: 'medium' }),
      timeStyle: 'medium',
      hourCycle: 'h23',
    }).format(at)
  }

  return { count, rate, bytes, duration, moment }
}
