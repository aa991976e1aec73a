import { useI18n } from 'vue-i18n'
import type { FaultSpec, LinkEnd } from '../../../shared/ipc/faults.ts'
import { useFormats } from '../../composables/formats.ts'

type Rule = Extract<FaultSpec, { kind: 'rule' }>

/** Faults in the user's words. */
export function useFaultText() {
  const { t } = useI18n()
  const { count } = useFormats()

  const endText = (end: LinkEnd) => (end === 'clients' ? t('board.clients') : t('board.broker', { id: end }))
  const milliseconds = (ms: number) => t('units.milliseconds', { n: count(ms) })

  const matchText = ({ match }: Rule) => {
    const parts = [match.api]
    if (match.clientId !== null) parts.push(t('board.rule.ofClient', { id: match.clientId }))
    if (match.topic !== null) parts.push(t('board.rule.ofTopic', { topic: match.topic }))
    if (match.brokerId !== null) parts.push(t('board.rule.atBroker', { id: match.brokerId }))
    return parts.join(' ')
  }

  const whenText = ({ when }: Rule) => {
    if (when.type === 'always') return t('board.rule.when.always')
    if (when.type === 'probability') return t('board.rule.whenText.probability', { p: when.probability })
    return t(`board.rule.whenText.${when.type}`, { n: count(when.n) })
  }

  const actionText = ({ action }: Rule) => {
    if (action.type === 'error') return action.error
    if (action.type === 'delay') return t('board.rule.delayBy', { ms: milliseconds(action.delayMs) })
    return t(`board.rule.does.${action.type}`)
  }

  const linkText = (spec: Extract<FaultSpec, { kind: 'cut' | 'delay' }>) => {
    const oneWay = spec.oneWay ? ` ${t('board.link.oneWayShort')}` : ''
    if (spec.kind === 'cut') return t('board.link.cut') + oneWay
    const jitter = spec.jitterMs > 0 ? ` ± ${milliseconds(spec.jitterMs)}` : ''
    return `${t('board.link.delayed', { ms: milliseconds(spec.delayMs) })}${jitter}${oneWay}`
  }

  /** What it does, short enough for a broker's head. */
  const shortText = (spec: FaultSpec): string => {
    switch (spec.kind) {
      case 'freeze':
        return t('board.fault.frozen')
      case 'disk':
        return spec.state === 'slow'
          ? t('board.fault.diskSlow', { ms: milliseconds(spec.delayMs) })
          : t(`board.fault.disk.${spec.state}`)
      case 'rule':
        return `${spec.match.api}: ${actionText(spec)}`
      default:
        return linkText(spec)
    }
  }

  /** With where it is. */
  const fullText = (spec: FaultSpec): string => {
    switch (spec.kind) {
      case 'freeze':
      case 'disk':
        return `${t('board.broker', { id: spec.brokerId })}: ${shortText(spec)}`
      case 'rule':
        return `${matchText(spec)}, ${whenText(spec)}: ${actionText(spec)}`
      default:
        return `${endText(spec.from)} – ${endText(spec.to)}: ${linkText(spec)}`
    }
  }

  return { endText, shortText, fullText }
}
