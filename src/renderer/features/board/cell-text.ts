import { useI18n } from 'vue-i18n'
import { useFormats } from '../../composables/formats.ts'
import type { Place } from './state.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** A replica's part in words: for who reads it, and for who hears it. */
export function useCellText() {
  const { t } = useI18n()
  const { count, duration } = useFormats()

  const howLong = (ms: number) =>
    ms < MINUTE_MS ? t('board.seconds', { n: count(Math.floor(ms / SECOND_MS)) }) : duration(ms)

  /** Beside the sign: records and time, as far as there is anything to say. */
  const short = ({ sign, lag, behindMs, isAtLeast }: Place): string => {
    if (sign === 'leader' || sign === 'inSync' || sign === 'none') return ''
    const records = lag === null || lag === 0 ? [] : [count(lag)]
    const time =
      behindMs === null || behindMs < SECOND_MS ? [] : [`${isAtLeast ? '≥ ' : ''}${howLong(behindMs)}`]
    return [...records, ...time].join(' · ')
  }

  const long = (place: Place, planned: 'adding' | 'removing' | null): string => {
    const { sign, lag, behindMs, isAtLeast, isLeaving } = place
    const words = [t(`board.sign.${sign}`, { n: count(lag ?? 0) })]
    if (isLeaving && sign !== 'removing') words.push(t('board.sign.removing'))
    if (lag !== null && lag > 0 && sign !== 'behind') words.push(t('board.behind', { n: count(lag) }))
    if (behindMs !== null && behindMs >= SECOND_MS) {
      words.push(t(isAtLeast ? 'board.behindAtLeast' : 'board.behindFor', { duration: howLong(behindMs) }))
    }
    if (planned) words.push(t(`board.planned.${planned}`))
    return words.join(', ')
  }

  return { short, long }
}
