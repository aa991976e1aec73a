/**
 * FindCoordinator v0-6: the broker that leads the partition of `__consumer_offsets` a group belongs to, or that of
 * `__share_group_state` a share partition belongs to.
 *
 * - v0-v3: one key. v4: many (KIP-699). v1: the key's type, 0 for a group and 1 for a transactional id. v6: 2 for a
 *   share partition (KIP-932), `<group>:<topic id>:<partition>`; INVALID_REQUEST for a key of another form.
 * - The first call for a group creates the topic through the controller. Kafka answers COORDINATOR_NOT_AVAILABLE
 *   meanwhile, and clients ask again after their back-off; here the call first waits up to a second for the topic,
 *   which usually is there by then.
 *
 * Gaps: there is no transaction coordinator yet, so a transactional id is COORDINATOR_NOT_AVAILABLE; no ACLs.
 */
import type { BrokerImage, MetadataImage } from '../metadata/image.ts'
import { OFFSETS_TOPIC, SHARE_GROUP_STATE_TOPIC } from '../metadata/internal-topics.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { coordinatorPartition } from '../protocol/java-hash.ts'
import { findCoordinator } from '../protocol/messages/10-find-coordinator.ts'
import { handler } from './handler.ts'
import type { BrokerServices } from './services.ts'
import { createTopicInBackground } from './topic-creation.ts'

const BATCHED_VERSION = 4
const KEY_TYPE_GROUP = 0
const KEY_TYPE_TRANSACTION = 1
const KEY_TYPE_SHARE = 2
const SHARE_KEY = /^.+:[A-Za-z0-9_-]{22}:\d+$/s
const APPEARANCE_TIMEOUT_MS = 1_000

export const findCoordinatorHandler = handler(findCoordinator, async (request, context, broker) => {
  const isBatched = context.apiVersion >= BATCHED_VERSION
  const keys = isBatched ? request.coordinatorKeys : [request.key]
  const coordinators = await Promise.all(keys.map((key) => coordinatorOf(request.keyType, key, broker)))
  if (isBatched) return { coordinators: coordinators.map((found, index) => ({ key: keys[index], ...found })) }
  const [found] = coordinators
  if (found === undefined) return nobody(ErrorCode.INVALID_REQUEST)
  // Kafka has the error's name here even when there is none, but only for a single key.
  return found.errorCode === ErrorCode.NONE ? { ...found, errorMessage: 'NONE' } : found
})

async function coordinatorOf(keyType: number, key: string, broker: BrokerServices) {
  if (keyType === KEY_TYPE_TRANSACTION) {
    return nobody(ErrorCode.COORDINATOR_NOT_AVAILABLE, 'This broker has no transaction coordinator.')
  }
  if (keyType !== KEY_TYPE_GROUP && keyType !== KEY_TYPE_SHARE)
    return nobody(ErrorCode.INVALID_REQUEST, `Key type ${keyType} is not supported.`)
  if (keyType === KEY_TYPE_SHARE && !SHARE_KEY.test(key)) {
    return nobody(
      ErrorCode.INVALID_REQUEST,
      `${key} does not name a share partition: <group>:<topic id>:<partition>.`,
    )
  }
  const topic = keyType === KEY_TYPE_SHARE ? SHARE_GROUP_STATE_TOPIC : OFFSETS_TOPIC
  if (!broker.metadata.image.topicsByName.has(topic)) {
    createTopicInBackground(topic, broker)
    await broker.metadata.waitFor(
      (image) => leaderFor(topic, key, image) !== undefined,
      APPEARANCE_TIMEOUT_MS,
    )
  }
  const leader = leaderFor(topic, key, broker.metadata.image)
  if (leader === undefined) return nobody(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  return {
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    nodeId: leader.id,
    host: leader.host,
    port: leader.port,
  }
}

function leaderFor(topic: string, key: string, image: MetadataImage): BrokerImage | undefined {
  const partitions = image.topicsByName.get(topic)?.partitions ?? []
  if (partitions.length === 0) return undefined
  const leader = partitions[coordinatorPartition(key, partitions.length)]?.leader
  const broker = leader === undefined ? undefined : image.brokers.get(leader)
  return broker?.fenced === false ? broker : undefined
}

function nobody(errorCode: number, errorMessage: string | null = null) {
  return { errorCode, errorMessage, nodeId: -1, host: '', port: -1 }
}
