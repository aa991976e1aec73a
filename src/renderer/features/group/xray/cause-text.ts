import { useI18n } from 'vue-i18n'
import { useFormats } from '../../../composables/formats.ts'
import type { Cause, Remark } from './rebalance.ts'

/** What clients that give no reason are said to have given. */
const NO_REASON = 'no reason given'

/** Causes in the user's language, from their kind and values; the engine's sentence for kinds not known here. */
export function useCauseText() {
  const { t, te } = useI18n()
  const { count } = useFormats()

  const seconds = (ms: unknown) => (Number(ms) / 1_000).toFixed(1)

  function words(values: Record<string, unknown>): Record<string, string> {
    const shown: [string, string][] = []
    for (const [name, value] of Object.entries(values)) {
      if (name.endsWith('Ms')) shown.push([name.slice(0, -2), seconds(value)])
      else if (Array.isArray(value)) shown.push([name, value.map(String).join(', ')])
      else shown.push([name, typeof value === 'number' ? count(value) : String(value)])
    }
    return Object.fromEntries(shown)
  }

  /** Of the topics a group subscribes to (KIP-848): each change is a sentence of its own. */
  function changesText(changes: unknown): string | null {
    if (!Array.isArray(changes) || changes.length === 0) return null
    return (changes as Record<string, unknown>[])
      .map((each) => t(`xray.causes.changes.${String(each['change'])}`, words(each), Number(each['to'] ?? 2)))
      .join(' ')
  }

  function causeText({ kind, values, sentence }: Cause): string {
    const changes = changesText(values['changes'])
    if (changes !== null) return changes
    const isUnheard = kind === 'epoch.sessionExpired' && values['silentMs'] === undefined
    const key = `xray.causes.${kind}${isUnheard ? 'Unheard' : ''}`
    if (!te(key) || values['client'] === undefined)
      return te(`${key}Plain`) ? t(`${key}Plain`, words(values)) : sentence
    return t(key, words(values))
  }

  /** The client's own words, which no language changes; null where it gave none, or they are in the cause already. */
  function reasonOf({ values }: Cause): string | null {
    const { reason } = values
    return typeof reason === 'string' && reason !== NO_REASON ? reason : null
  }

  const remarkText = ({ kind, values, brokerId }: Remark) =>
    t(`xray.remarks.${kind}`, { ...words(values), broker: brokerId ?? '–' })

  return { causeText, reasonOf, remarkText, seconds }
}
