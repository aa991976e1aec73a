/**
 * FindCoordinator v0-6: the broker that leads the partition of `__consumer_offsets` a group belongs to.
 *
 * - v0-v3: one key. v4: many (KIP-699). v1: the key's type, 0 for a group and 1 for a transactional id. v6: 2 for a
 *   share partition (KIP-932), which is INVALID_REQUEST as on a Kafka without share groups.
 * - The first call for a group creates the topic through the controller. Kafka answers COORDINATOR_NOT_AVAILABLE
 *   meanwhile, and clients ask again after their back-off; here the call first waits up to a second for the topic,
 *   which usually is there by then.
 *
 * Gaps: there is no transaction coordinator yet, so a transactional id is COORDINATOR_NOT_AVAILABLE; no ACLs.
 */
import type { BrokerImage, MetadataImage } from '../metadata/image.ts'
import { OFFSETS_TOPIC } from '../metadata/internal-topics.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { coordinatorPartition } from '../protocol/java-hash.ts'
import { findCoordinator } from '../protocol/messages/10-find-coordinator.ts'
import { handler } from './handler.ts'
import type { BrokerServices } from './services.ts'
import { createTopicInBackground } from './topic-creation.ts'

const BATCHED_VERSION = 4
const KEY_TYPE_GROUP = 0
const KEY_TYPE_TRANSACTION = 1
const APPEARANCE_TIMEOUT_MS = 1_000

export const findCoordinatorHandler = handler(findCoordinator, async (request, context, broker) => {
  const isBatched = context.apiVersion >= BATCHED_VERSION
  const keys = isBatched ? request.coordinatorKeys : [request.key]
  const coordinators = await Promise.all(keys.map((key) => coordinatorOf(request.keyType, key, broker)))
  if (isBatched) return { coordinators: coordinators.map((found, index) => ({ key: keys[index], ...found })) }
  return coordinators[0] ?? nobody(ErrorCode.INVALID_REQUEST)
})

async function coordinatorOf(keyType: number, key: string, broker: BrokerServices) {
  if (keyType === KEY_TYPE_TRANSACTION) {
    return nobody(ErrorCode.COORDINATOR_NOT_AVAILABLE, 'This broker has no transaction coordinator.')
  }
  if (keyType !== KEY_TYPE_GROUP)
    return nobody(ErrorCode.INVALID_REQUEST, `Key type ${keyType} is not supported.`)
  if (!broker.metadata.image.topicsByName.has(OFFSETS_TOPIC)) {
    createTopicInBackground(OFFSETS_TOPIC, broker)
    await broker.metadata.waitFor((image) => leaderFor(key, image) !== undefined, APPEARANCE_TIMEOUT_MS)
  }
  const leader = leaderFor(key, broker.metadata.image)
  if (leader === undefined) return nobody(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  return {
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    nodeId: leader.id,
    host: leader.host,
    port: leader.port,
  }
}

function leaderFor(groupId: string, image: MetadataImage): BrokerImage | undefined {
  const partitions = image.topicsByName.get(OFFSETS_TOPIC)?.partitions ?? []
  if (partitions.length === 0) return undefined
  const leader = partitions[coordinatorPartition(groupId, partitions.length)]?.leader
  const broker = leader === undefined ? undefined : image.brokers.get(leader)
  return broker?.fenced === false ? broker : undefined
}

function nobody(errorCode: number, errorMessage: string | null = null) {
  return { errorCode, errorMessage, nodeId: -1, host: '', port: -1 }
}
