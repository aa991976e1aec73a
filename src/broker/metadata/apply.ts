/** What each metadata record does to an image. */
import type { BrokerImage, MetadataImage, PartitionImage, TopicImage } from './image.ts'
import { ConfigResource, NO_LEADER_CHANGE } from './records.ts'
import type { MetadataRecord, RecordOf } from './records.ts'

export function applyRecord(image: MetadataImage, record: MetadataRecord): void {
  switch (record.type) {
    case 'RegisterBroker':
      return registerBroker(image, record)
    case 'UnregisterBroker':
      image.brokers.delete(record.brokerId)
      return
    case 'FenceBroker':
      // A fenced broker has left controlled shutdown too: Kafka's heartbeat manager resets it the same way.
      return changeBroker(image, record, { fenced: true, inControlledShutdown: false })
    case 'UnfenceBroker':
      return changeBroker(image, record, { fenced: false })
    case 'ControlledShutdown':
      return changeBroker(image, record, { inControlledShutdown: true })
    case 'Topic':
      return createTopic(image, record)
    case 'RemoveTopic':
      return removeTopic(image, record.topicId)
    case 'Partition': {
      const topic = topicOf(image, record.topicId)
      const { type: _, ...partition } = record
      topic.partitions[record.partition] = { ...partition, topic: topic.name }
      return
    }
    case 'PartitionChange': {
      const { partitions } = topicOf(image, record.topicId)
      const before = partitions[record.partition]
      if (before === undefined) throw new RangeError(`no partition ${record.topicId}-${record.partition}`)
      partitions[record.partition] = changedPartition(before, record)
      return
    }
    case 'Config':
      return applyConfig(image, record)
    case 'ProducerIds':
      image.nextProducerId = record.nextProducerId
      return
    case 'Controller':
      image.controllerId = record.controllerId
      image.controllerEpoch = record.controllerEpoch
      return
  }
}

/** The partition after the change; also how a controller knows the outcome before it has committed. */
export function changedPartition(
  before: PartitionImage,
  change: RecordOf<'PartitionChange'>,
): PartitionImage {
  const newLeader = change.leader !== NO_LEADER_CHANGE
  return {
    ...before,
    isr: change.isr ?? before.isr,
    replicas: change.replicas ?? before.replicas,
    removingReplicas: change.removingReplicas ?? before.removingReplicas,
    addingReplicas: change.addingReplicas ?? before.addingReplicas,
    elr: change.elr ?? before.elr,
    lastKnownElr: change.lastKnownElr ?? before.lastKnownElr,
    leader: newLeader ? change.leader : before.leader,
    leaderEpoch: newLeader ? before.leaderEpoch + 1 : before.leaderEpoch,
    partitionEpoch: before.partitionEpoch + 1,
    leaderRecoveryState:
      change.leaderRecoveryState === -1 ? before.leaderRecoveryState : change.leaderRecoveryState,
  }
}

function registerBroker(image: MetadataImage, record: RecordOf<'RegisterBroker'>): void {
  const { type: _, brokerId, brokerEpoch, ...rest } = record
  image.brokers.set(brokerId, { id: brokerId, epoch: brokerEpoch, ...rest })
}

function changeBroker(
  image: MetadataImage,
  { brokerId }: { brokerId: number },
  change: Partial<BrokerImage>,
): void {
  const broker = image.brokers.get(brokerId)
  if (broker === undefined) throw new RangeError(`broker ${brokerId} is not registered`)
  image.brokers.set(brokerId, { ...broker, ...change })
}

function createTopic(image: MetadataImage, { topicId, name }: RecordOf<'Topic'>): void {
  const topic: TopicImage = { id: topicId, name, partitions: [] }
  image.topicsByName.set(name, topic)
  image.topicsById.set(topicId, topic)
}

/** Its configuration goes with it: a topic created later under the name starts from the defaults. */
function removeTopic(image: MetadataImage, topicId: string): void {
  const { name } = topicOf(image, topicId)
  image.topicsById.delete(topicId)
  image.topicsByName.delete(name)
  image.overrides.delete(overridesKey(ConfigResource.topic, name))
}

function topicOf(image: MetadataImage, topicId: string): TopicImage {
  const topic = image.topicsById.get(topicId)
  if (topic === undefined) throw new RangeError(`no topic has the id ${topicId}`)
  return topic
}

function applyConfig(image: MetadataImage, record: RecordOf<'Config'>): void {
  const key = overridesKey(record.resourceType, record.resourceName)
  const values = new Map(image.overrides.get(key))
  if (record.value === null) values.delete(record.name)
  else values.set(record.name, record.value)
  if (values.size === 0) image.overrides.delete(key)
  else image.overrides.set(key, values)
}

/** Where an image keeps a resource's overrides. */
export function overridesKey(resourceType: number, name: string): string {
  return `${resourceType}:${name}`
}

export function overridesResource(key: string): [resourceType: number, name: string] {
  const colon = key.indexOf(':')
  return [Number(key.slice(0, colon)), key.slice(colon + 1)]
}
