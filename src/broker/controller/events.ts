/** What the controller did, with its cause: for a history a person reads. */
import type { Cause } from './causes.ts'
import type { MetadataImage, PartitionImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { partitionEvents, partitionState } from './partition-events.ts'

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
  | 'leader-epoch-bumped'
  | 'reassignment-started'
  | 'reassignment-changed'
  | 'reassignment-completed'
  | 'reassignment-cancelled'
  | 'replicas-changed'
  | 'metadata-snapshot'
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
  /** The same as a word with its values. */
  readonly because: Pick<Cause, 'kind' | 'values'>
  /** Plain values, in the words of the metadata: `topic`, `partition`, `isr`, `leaderEpoch`, … */
  readonly details: Readonly<Record<string, unknown>>
}

/** An event before it has its time and its cause. */
export type ControllerChange = Pick<ControllerEvent, 'kind' | 'brokerId' | 'details'>

/** Everything a board shows, told when a controller begins: what came before it may not have been kept. */
export function snapshotOf(image: MetadataImage): ControllerChange {
  const brokers = [...image.brokers.values()].map(
    ({ id, epoch, host, port, rack, fenced, inControlledShutdown }) => ({
      id,
      epoch,
      host,
      port,
      rack,
      fenced,
      inControlledShutdown,
    }),
  )
  const topics = [...image.topicsById.values()].map(({ id, name, partitions }) => ({
    topicId: id,
    topic: name,
    partitions: partitions.map(partitionState),
  }))
  const { controllerId, controllerEpoch } = image
  return {
    kind: 'metadata-snapshot',
    brokerId: controllerId,
    details: { controllerId, controllerEpoch, brokers, topics },
  }
}

/**
 * Asked before the records are applied, since an election is told by what was before.
 * @returns a function that, asked after, gives the events
 */
export function observe(image: MetadataImage, records: readonly MetadataRecord[]): () => ControllerChange[] {
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
    ...[...deleted.values()].map(({ id, name, partitions }): ControllerChange => ({
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

function brokerEvent(record: MetadataRecord): ControllerChange | null {
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
): ControllerChange {
  return { kind, brokerId, details: { brokerEpoch } }
}

function configEvent(record: MetadataRecord): ControllerChange | null {
  if (record.type !== 'Config') return null
  const { resourceType, resourceName, name, value } = record
  return { kind: 'config-changed', brokerId: null, details: { resourceType, resourceName, name, value } }
}

/** One event for a topic, however many partitions come with it. */
function topicEvents(image: MetadataImage, records: readonly MetadataRecord[]): ControllerChange[] {
  const created = new Set(records.flatMap((record) => (record.type === 'Topic' ? record.topicId : [])))
  const grown = new Map<string, number[]>()
  for (const record of records) {
    if (record.type !== 'Partition') continue
    const indexes = grown.get(record.topicId)
    if (indexes === undefined) grown.set(record.topicId, [record.partition])
    else indexes.push(record.partition)
  }
  return [...grown].map(([topicId, indexes]) => {
    const topic = image.topicsById.get(topicId)
    const layout = indexes.flatMap((partition) => {
      const image = topic?.partitions[partition]
      return image === undefined ? [] : [{ partition, ...partitionState(image) }]
    })
    return {
      kind: created.has(topicId) ? 'topic-created' : 'partitions-added',
      brokerId: null,
      details: {
        topic: topic?.name ?? null,
        topicId,
        [created.has(topicId) ? 'partitions' : 'added']: indexes.length,
        layout,
      },
    }
  })
}

function partitionKey({ topicId, partition }: PartitionImage): string {
  return `${topicId}-${partition}`
}
