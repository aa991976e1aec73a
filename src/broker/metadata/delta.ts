/** What a run of records changed, for those who have to do something about it. */
import type { MetadataImage, PartitionImage, TopicImage } from './image.ts'
import { ConfigResource } from './records.ts'
import type { MetadataRecord } from './records.ts'

export interface DeletedTopic {
  readonly id: string
  readonly name: string
  /** How many it had. */
  readonly partitions: number
}

export interface MetadataDelta {
  /** New and changed ones, as they are now; each once. Those of deleted topics are not here. */
  readonly changedPartitions: readonly PartitionImage[]
  readonly createdTopics: readonly TopicImage[]
  /** A topic deleted and created again under its name is here by its old id, and in `createdTopics` by its new. */
  readonly deletedTopics: readonly DeletedTopic[]
  /** By name. */
  readonly changedTopicConfigs: ReadonlySet<string>
  readonly brokersChanged: boolean
  readonly brokerConfigsChanged: boolean
  readonly controllerChanged: boolean
}

/** Applies the records, the first of which has `fromOffset`. */
export function applyAll(
  image: MetadataImage,
  fromOffset: number,
  records: readonly MetadataRecord[],
): MetadataDelta {
  const touched = new Map<string, { topicId: string; partition: number }>()
  const created = new Map<string, TopicImage>()
  const deletedTopics: DeletedTopic[] = []
  const changedTopicConfigs = new Set<string>()
  let brokersChanged = false
  let brokerConfigsChanged = false
  let controllerChanged = false

  records.forEach((record, index) => {
    const removed = record.type === 'RemoveTopic' ? image.topicsById.get(record.topicId) : undefined
    image.apply(fromOffset + index, record)
    switch (record.type) {
      case 'Topic':
        created.set(record.topicId, image.topicsById.get(record.topicId)!)
        break
      case 'RemoveTopic':
        // Created and deleted within the run: nobody else has ever seen it.
        if (!created.delete(record.topicId) && removed !== undefined) deletedTopics.push(farewell(removed))
        break
      case 'Partition':
      case 'PartitionChange':
        touched.set(`${record.topicId}-${record.partition}`, record)
        break
      case 'Config':
        if (record.resourceType === ConfigResource.topic) changedTopicConfigs.add(record.resourceName)
        if (record.resourceType === ConfigResource.broker) brokerConfigsChanged = true
        break
      case 'Controller':
        controllerChanged = true
        break
      case 'ProducerIds':
        break
      default:
        brokersChanged = true
    }
  })

  const changedPartitions = [...touched.values()].flatMap(
    ({ topicId, partition }) => image.topicsById.get(topicId)?.partitions[partition] ?? [],
  )
  return {
    changedPartitions,
    createdTopics: [...created.values()],
    deletedTopics,
    changedTopicConfigs,
    brokersChanged,
    brokerConfigsChanged,
    controllerChanged,
  }
}

/** What differs between two images: for a follower whose image a snapshot has replaced. */
export function difference(before: MetadataImage, after: MetadataImage): MetadataDelta {
  const changedPartitions = [...after.partitions()].filter((partition) => {
    const old = before.topicsById.get(partition.topicId)?.partitions[partition.partition]
    return old === undefined || !equal(old, partition)
  })
  const topicNames = new Set([...before.topicsByName.keys(), ...after.topicsByName.keys()])
  const changedTopicConfigs = new Set(
    [...topicNames].filter(
      (name) => !equal(before.configOverrides('topic', name), after.configOverrides('topic', name)),
    ),
  )
  return {
    changedPartitions,
    createdTopics: [...after.topicsById.values()].filter(({ id }) => !before.topicsById.has(id)),
    deletedTopics: [...before.topicsById.values()]
      .filter(({ id }) => !after.topicsById.has(id))
      .map(farewell),
    changedTopicConfigs,
    brokersChanged: !equal(before.brokers, after.brokers),
    brokerConfigsChanged: !equal(brokerOverrides(before), brokerOverrides(after)),
    controllerChanged:
      before.controllerId !== after.controllerId || before.controllerEpoch !== after.controllerEpoch,
  }
}

function farewell({ id, name, partitions }: TopicImage): DeletedTopic {
  return { id, name, partitions: partitions.length }
}

function brokerOverrides(image: MetadataImage): Map<string, unknown> {
  const prefix = `${ConfigResource.broker}:`
  return new Map([...image.overrides].filter(([key]) => key.startsWith(prefix)))
}

/** Order-blind for maps and for the keys of objects; the values here are plain data. */
function equal(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    const entries = inner instanceof Map ? [...inner] : isPlainObject(inner) ? Object.entries(inner) : null
    return entries === null ? inner : entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
  })
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
