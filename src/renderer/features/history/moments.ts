import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

const DAY_MS = 24 * 60 * 60_000

/** Times of a history: much happens within one second, so they are told to the millisecond. */
export function useMoments() {
  const { locale } = useI18n()
  const clock = computed(
    () =>
      new Intl.DateTimeFormat(locale.value, {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        fractionalSecondDigits: 3,
        hourCycle: 'h23',
      }),
  )
  const day = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium' }))
  const whole = computed(
    () =>
      new Intl.DateTimeFormat(locale.value, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        fractionalSecondDigits: 3,
        timeZoneName: 'short',
        hourCycle: 'h23',
      }),
  )

  const isToday = (atMs: number) => new Date(atMs).toDateString() === new Date().toDateString()

  /** HH:mm:ss.SSS, with the date when it is not today. */
  const exact = (atMs: number) =>
    isToday(atMs) ? clock.value.format(atMs) : `${day.value.format(atMs)} ${clock.value.format(atMs)}`

  /** With the date and the time zone. */
  const full = (atMs: number) => whole.value.format(atMs)

  /** As fine as the ends of a stretch of time need it. */
  const rough = (atMs: number, spanMs: number) =>
    spanMs > DAY_MS || !isToday(atMs)
      ? `${day.value.format(atMs)} ${clock.value.format(atMs).slice(0, -4)}`
      : clock.value.format(atMs).slice(0, -4)

  return { exact, full, rough }
}
