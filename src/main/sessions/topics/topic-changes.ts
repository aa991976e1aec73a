import { setTimeout as delay } from 'node:timers/promises'
import {
  createPartitionsV0,
  createPartitionsV1,
  createPartitionsV2,
  createPartitionsV3,
  createTopicsV2,
  createTopicsV3,
  createTopicsV4,
  createTopicsV5,
  createTopicsV6,
  createTopicsV7,
  deleteTopicsV1,
  deleteTopicsV2,
  deleteTopicsV3,
  deleteTopicsV4,
  deleteTopicsV5,
  deleteTopicsV6,
} from '@platformatic/kafka'
import type { CreatedTopic, TopicCreation } from '../../../shared/ipc/topics.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { sourceOf } from './topic-configs.ts'

const CREATE = [
  createTopicsV7,
  createTopicsV6,
  createTopicsV5,
  createTopicsV4,
  createTopicsV3,
  createTopicsV2,
] as const
/** Version 6 names topics in another way. */
const DELETE_BY_ID = [deleteTopicsV6] as const
const DELETE = [deleteTopicsV5, deleteTopicsV4, deleteTopicsV3, deleteTopicsV2, deleteTopicsV1] as const
const GROW = [createPartitionsV3, createPartitionsV2, createPartitionsV1, createPartitionsV0] as const

const TIMEOUT_MS = 10_000
const HEARD_OF_WITHIN_MS = 2_000
const HEARD_OF_PAUSE_MS = 20

/** What a broker answers to CreateTopics, in any version. */
interface CreatedAnswer {
  errorCode: number
  errorMessage?: string | null | undefined
  numPartitions?: number
  replicationFactor?: number
  configs?: { name: string; value?: string | null | undefined; configSource: number }[] | null
}

/** Creates a topic, or says what would come of it. */
export async function createTopic(access: ClusterAccess, asked: TopicCreation): Promise<CreatedTopic> {
  const { api } = await access.choose(CREATE)
  const topic = {
    name: asked.topic,
    numPartitions: asked.partitions,
    replicationFactor: asked.replicationFactor,
    assignments: [],
    configs: asked.configs,
  }
  const { topics } = await answered(
    api.async(await access.controller(), [topic], TIMEOUT_MS, asked.validateOnly),
  )
  const created: CreatedAnswer | undefined = topics[0]
  refuse(created?.errorCode ?? -1, created?.errorMessage)
  if (!asked.validateOnly) await heardOfEverywhere(access, asked.topic)
  return {
    partitions: created?.numPartitions ?? asked.partitions,
    replicationFactor: created?.replicationFactor ?? asked.replicationFactor,
    configs:
      created?.configs?.map(({ name, value, configSource }) => ({
        name,
        value: value ?? null,
        source: sourceOf(configSource),
      })) ?? null,
  }
}

/**
 * Waits until every broker knows the topic: the controller answers before it has told them, and whoever asks one of
 * them about it at once would hear that there is none. A broker that takes long is not waited for.
 */
async function heardOfEverywhere(access: ClusterAccess, topic: string): Promise<void> {
  const untilMs = performance.now() + HEARD_OF_WITHIN_MS
  const { brokers } = await access.metadata([])
  const waiting = brokers.map(async ({ id }) => {
    while (!(await access.isKnownTo(id, topic)) && performance.now() < untilMs) await delay(HEARD_OF_PAUSE_MS)
  })
  await Promise.race([Promise.allSettled(waiting), delay(HEARD_OF_WITHIN_MS)])
}

export async function deleteTopic(access: ClusterAccess, topic: string): Promise<void> {
  const controller = await access.controller()
  const byId = await access.find(DELETE_BY_ID)
  const { responses } = byId
    ? await answered(byId.api.async(controller, [{ name: topic }], TIMEOUT_MS))
    : await answered((await access.choose(DELETE)).api.async(controller, [{ name: topic }], TIMEOUT_MS))
  const [response]: { errorCode: number; errorMessage?: string | null | undefined }[] = responses
  refuse(response?.errorCode ?? -1, response?.errorMessage)
}

/** `partitions` is how many there shall be in all. */
export async function addPartitions(access: ClusterAccess, topic: string, partitions: number): Promise<void> {
  const { api } = await access.choose(GROW)
  const { results } = await answered(
    api.async(
      await access.controller(),
      [{ name: topic, count: partitions, assignments: null }],
      TIMEOUT_MS,
      false,
    ),
  )
  refuse(results[0]?.errorCode ?? -1, results[0]?.errorMessage)
}

/** `added` more than there are, as a broker says when asked. */
export async function growBy(access: ClusterAccess, topic: string, added: number): Promise<void> {
  const { topics } = await access.metadata([topic])
  const [found] = topics
  refuse(found?.errorCode ?? -1)
  await addPartitions(access, topic, (found?.partitions.length ?? 0) + added)
}
