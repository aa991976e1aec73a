/** What the controller did, with its cause: for a history a person reads. */
import type { MetadataImage, PartitionImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'

export type ControllerEventKind =
  | 'controller-elected'
  | 'controller-resigned'
  | 'broker-registered'
  | 'broker-unfenced'
  | 'broker-fenced'
  | 'broker-controlled-shutdown'
  | 'broker-unregistered'
  | 'leader-elected'
  | 'leader-lost'
  | 'isr-shrunk'
  | 'isr-expanded'
  | 'isr-changed'
  | 'topic-created'
  | 'topic-deleted'
  | 'partitions-added'
  | 'config-changed'

export interface ControllerEvent {
  readonly atMs: number
  readonly kind: ControllerEventKind
  /** The broker it is about: the one fenced, the new leader, the controller. */
  readonly brokerId: number | null
  /** Why: a request, a time-out, a death. */
  readonly cause: string
  /** Plain values, in the words of the metadata: `topic`, `partition`, `isr`, `leaderEpoch`, … */
  readonly details: Readonly<Record<string, unknown>>
}

type Change = Pick<ControllerEvent, 'kind' | 'brokerId' | 'details'>

/**
 * Asked before the records are applied, since an election is told by what was before.
 * @returns a function that, asked after, gives the events
 */
export function observe(image: MetadataImage, records: readonly MetadataRecord[]): () => Change[] {
  const before = new Map(
    records.flatMap((record) => {
      if (record.type !== 'PartitionChange') return []
      const partition = image.topicsById.get(record.topicId)?.partitions[record.partition]
      return partition === undefined ? [] : [[partitionKey(partition), partition] as const]
    }),
  )
  const deleted = new Map(
    records.flatMap((record) => {
      if (record.type !== 'RemoveTopic') return []
      const topic = image.topicsById.get(record.topicId)
      return topic === undefined ? [] : [[topic.id, topic] as const]
    }),
  )
  return () => [
    ...records.flatMap((record) => brokerEvent(record) ?? configEvent(record) ?? []),
    ...topicEvents(image, records),
    ...[...deleted.values()].map(({ id, name, partitions }): Change => ({
      kind: 'topic-deleted',
      brokerId: null,
      details: { topic: name, topicId: id, partitions: partitions.length },
    })),
    ...[...before.values()].flatMap((old) => {
      const now = image.topicsById.get(old.topicId)?.partitions[old.partition]
      return now === undefined ? [] : partitionEvents(old, now)
    }),
  ]
}

function brokerEvent(record: MetadataRecord): Change | null {
  switch (record.type) {
    case 'RegisterBroker': {
      const { brokerId, brokerEpoch, host, port, rack } = record
      return { kind: 'broker-registered', brokerId, details: { brokerEpoch, host, port, rack } }
    }
    case 'UnfenceBroker':
      return about('broker-unfenced', record)
    case 'FenceBroker':
      return about('broker-fenced', record)
    case 'ControlledShutdown':
      return about('broker-controlled-shutdown', record)
    case 'UnregisterBroker':
      return about('broker-unregistered', record)
    case 'Controller': {
      const { controllerId, controllerEpoch } = record
      return { kind: 'controller-elected', brokerId: controllerId, details: { controllerEpoch } }
    }
    default:
      return null
  }
}

function about(
  kind: ControllerEventKind,
  { brokerId, brokerEpoch }: { brokerId: number; brokerEpoch: number },
): Change {
  return { kind, brokerId, details: { brokerEpoch } }
}

function configEvent(record: MetadataRecord): Change | null {
  if (record.type !== 'Config') return null
  const { resourceType, resourceName, name, value } = record
  return { kind: 'config-changed', brokerId: null, details: { resourceType, resourceName, name, value } }
}

/** One event for a topic, however many partitions come with it. */
function topicEvents(image: MetadataImage, records: readonly MetadataRecord[]): Change[] {
  const created = new Set(records.flatMap((record) => (record.type === 'Topic' ? record.topicId : [])))
  const grown = new Map<string, number>()
  for (const record of records) {
    if (record.type !== 'Partition') continue
    grown.set(record.topicId, (grown.get(record.topicId) ?? 0) + 1)
  }
  return [...grown].map(([topicId, count]) => ({
    kind: created.has(topicId) ? 'topic-created' : 'partitions-added',
    brokerId: null,
    details: {
      topic: image.topicsById.get(topicId)?.name ?? null,
      topicId,
      [created.has(topicId) ? 'partitions' : 'added']: count,
    },
  }))
}

function partitionEvents(before: PartitionImage, after: PartitionImage): Change[] {
  const { topic, partition, leaderEpoch, partitionEpoch } = after
  const where = { topic, partition, leaderEpoch, partitionEpoch }
  const changes: Change[] = []
  if (before.leader !== after.leader) {
    const lost = after.leader === -1
    changes.push({
      kind: lost ? 'leader-lost' : 'leader-elected',
      brokerId: lost ? before.leader : after.leader,
      details: {
        ...where,
        from: before.leader,
        to: after.leader,
        unclean: after.leaderRecoveryState === 1 && before.leaderRecoveryState === 0,
        isr: after.isr,
      },
    })
  }
  const added = after.isr.filter((id) => !before.isr.includes(id))
  const removed = before.isr.filter((id) => !after.isr.includes(id))
  if (added.length > 0 || removed.length > 0) {
    const kind = removed.length === 0 ? 'isr-expanded' : added.length === 0 ? 'isr-shrunk' : 'isr-changed'
    const details = { ...where, from: before.isr, to: after.isr, added, removed }
    changes.push({ kind, brokerId: after.leader === -1 ? null : after.leader, details })
  }
  return changes
}

function partitionKey({ topicId, partition }: PartitionImage): string {
  return `${topicId}-${partition}`
}
