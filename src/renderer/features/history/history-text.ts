import { useI18n } from 'vue-i18n'
import type { FaultSpec } from '../../../shared/ipc/faults.ts'
import type { HistoryEntry } from '../../../shared/ipc/history.ts'
import { useFailureText } from '../../composables/failure-text.ts'
import { useFormats } from '../../composables/formats.ts'
import { useFaultText } from '../board/fault-text.ts'
import { useCauseText } from '../group/xray/cause-text.ts'
import { isUnclean, numberIn, objectIn, partitionIn, textIn } from './details.ts'
import { categoryOf } from './kinds.ts'

interface ToldCause {
  cause: { kind: string; values?: Record<string, unknown>; sentence: string }
}

/** Entries in the user's words. The engine's own sentences are English, and are shown to readers of English only. */
export function useHistoryText() {
  const { t, te, locale } = useI18n()
  const { count } = useFormats()
  const groupCauses = useCauseText()
  const faults = useFaultText()
  const failures = useFailureText()

  const engine = (sentence: string) => (locale.value === 'en' ? sentence : '')

  function kindText({ kind }: HistoryEntry): string {
    return te(`history.kinds.${kind}`) ? t(`history.kinds.${kind}`) : kind
  }

  /** What it happened to. */
  function subjectText({ brokerId, kind, details }: HistoryEntry): string {
    const topic = textIn(details, 'topic')
    const partition = numberIn(details, 'partition')
    const group = textIn(details, 'groupId')
    if (topic !== null) return partition === null ? topic : `${topic}-${partition}`
    if (group !== null) return group
    if (kind === 'config-changed') return textIn(details, 'resourceName') || t('history.cluster')
    if (categoryOf(kind) === 'fault' && brokerId === null) return t('history.cluster')
    return brokerId === null ? t('history.cluster') : t('history.broker', { id: brokerId })
  }

  const leaderText = (id: number) => (id < 0 ? t('history.nobody') : String(id))
  const idsText = (ids: readonly number[]) => `[${ids.join(', ')}]`

  /** What was and what is, in a line. */
  function changeText(entry: HistoryEntry): string {
    const { kind, details } = entry
    const partition = partitionIn(entry)
    if (partition !== null) return partitionText(entry, partition)
    const number = (name: string) => count(numberIn(details, name) ?? 0)
    switch (kind) {
      case 'controller-elected':
      case 'controller-resigned':
      case 'metadata-snapshot':
        return t('history.change.controllerEpoch', { n: number('controllerEpoch') })
      case 'broker-registered':
        return `${textIn(details, 'host') ?? ''}:${numberIn(details, 'port') ?? ''}`
      case 'topic-created':
      case 'topic-deleted':
        return t(
          'history.change.partitions',
          { n: number('partitions') },
          numberIn(details, 'partitions') ?? 0,
        )
      case 'partitions-added':
        return t('history.change.added', { n: number('added') }, numberIn(details, 'added') ?? 0)
      case 'config-changed':
        return `${textIn(details, 'name') ?? ''} = ${textIn(details, 'value') ?? t('history.change.default')}`
      case 'fault-applied':
      case 'fault-hit':
      case 'fault-removed':
        return faultText(details['spec'])
      case 'history-set-aside':
        return textIn(details, 'file') ?? ''
      default:
        return groupText(entry)
    }
  }

  function partitionText(
    entry: HistoryEntry,
    { before, after }: NonNullable<ReturnType<typeof partitionIn>>,
  ) {
    const { kind } = entry
    if (before === null) return idsText(after.replicas)
    if (kind === 'leader-epoch-bumped') {
      return t('history.change.epoch', { from: before.leaderEpoch, to: after.leaderEpoch })
    }
    if (kind === 'leader-elected' || kind === 'leader-lost') {
      const unclean = isUnclean(entry) ? ` · ${t('history.unclean')}` : ''
      return `${leaderText(before.leader)} → ${leaderText(after.leader)}${unclean}`
    }
    if (kind.startsWith('isr-')) return `${idsText(before.isr)} → ${idsText(after.isr)}`
    return `${idsText(before.replicas)} → ${idsText(after.replicas)}`
  }

  function groupText({ details }: HistoryEntry): string {
    const parts = []
    const generation = numberIn(details, 'generationId')
    const epoch = numberIn(details, 'groupEpoch')
    const durationMs = numberIn(details, 'durationMs')
    if (generation !== null) parts.push(t('history.change.generation', { n: count(generation) }))
    if (epoch !== null) parts.push(t('history.change.groupEpoch', { n: count(epoch) }))
    if (durationMs !== null) parts.push(t('units.milliseconds', { n: count(durationMs) }))
    return parts.join(' · ')
  }

  const faultText = (spec: unknown) =>
    typeof spec === 'object' && spec !== null ? faults.fullText(spec as FaultSpec) : ''

  /** Why. Empty where the engine's sentence is all there is, and not in the user's language. */
  function causeText(entry: HistoryEntry): string {
    const { kind, details, cause } = entry
    if (categoryOf(kind) === 'group') return groupCauseText(entry)
    const word = textIn(details, 'cause')
    if (kind === 'broker-failed') return failures({ code: word ?? '', message: engine(cause) }).cause
    if (word === null || !te(`history.causes.${word}`)) return engine(cause)
    const values = Object.entries(objectIn(details, 'values')).map(([name, value]) => [
      name,
      typeof value === 'number' && name.endsWith('Ms') ? count(value) : String(value),
    ])
    const told = Object.fromEntries(values) as Record<string, string>
    // Of these the engine has more to say than a sentence for all of them could.
    const isSpecial = word === 'leaseLost' || word === 'scenario'
    return isSpecial && locale.value === 'en' ? cause : t(`history.causes.${word}`, told)
  }

  function groupCauseText({ kind, details, cause, brokerId }: HistoryEntry): string {
    const causes = details['causes']
    if (Array.isArray(causes)) return (causes as ToldCause[]).map((each) => oneCause(each.cause)).join(' ')
    const word = textIn(details, 'cause')
    const values = objectIn(details, 'values')
    if (word !== null) {
      const isEpoch = kind === 'group-epoch-began'
      return oneCause({ kind: isEpoch ? `epoch.${word}` : word, values, sentence: cause })
    }
    if (te(`xray.remarks.${kind}`)) {
      return groupCauses.remarkText({ key: '', atMs: 0, kind, brokerId, values: details })
    }
    if (!te(`history.groupCauses.${kind}`)) return engine(cause)
    return t(`history.groupCauses.${kind}`, {
      member: textIn(details, 'memberId') ?? '',
      phase: phaseText(textIn(details, 'phase')),
    })
  }

  const phaseText = (phase: string | null) => (phase === null ? '' : t(`history.phases.${phase}`))

  const oneCause = ({ kind, values = {}, sentence }: ToldCause['cause']) =>
    groupCauses.causeText({ atMs: 0, kind, values, sentence: engine(sentence) })

  return { kindText, subjectText, changeText, causeText, leaderText, idsText }
}
