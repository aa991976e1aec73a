/** DescribeQuorum: the metadata log told in the words of Kafka's quorum. */
import type { MetadataImage } from '../metadata/image.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { describeQuorum } from '../protocol/messages/55-describe-quorum.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { Followers } from './followers.ts'
import { CLUSTER_METADATA_TOPIC } from './internal-topics.ts'

type Response = ResponseInput<typeof describeQuorum>
type Topic = NonNullable<Response['topics']>[number]
type Partition = NonNullable<Topic['partitions']>[number]

/** Every registered broker is a voter: each of them may become the controller. */
export function describeMetadataQuorum(
  request: RequestOf<typeof describeQuorum>,
  image: MetadataImage,
  followers: Followers,
  nowMs: number,
): Response {
  const isMetadata = (topicName: string, index: number) => topicName === CLUSTER_METADATA_TOPIC && index === 0
  const isKnown = request.topics.every(({ topicName, partitions }) =>
    partitions.every(({ partitionIndex }) => isMetadata(topicName, partitionIndex)),
  )
  return {
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    topics: request.topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }): Partition =>
        isMetadata(topicName, partitionIndex)
          ? metadataPartition(image, followers, nowMs)
          : {
              partitionIndex,
              errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
              errorMessage: `The only quorum is that of ${CLUSTER_METADATA_TOPIC}-0.`,
            },
      ),
    })),
    nodes: (isKnown ? [...image.brokers.values()] : []).map(({ id, host, port }) => ({
      nodeId: id,
      listeners: [{ name: 'CONTROLLER', host, port }],
    })),
  }
}

function metadataPartition(image: MetadataImage, followers: Followers, nowMs: number): Partition {
  const endOffset = image.offset + 1
  return {
    partitionIndex: 0,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    leaderId: image.controllerId,
    leaderEpoch: image.controllerEpoch,
    // A record is committed as soon as it is in the store.
    highWatermark: endOffset,
    currentVoters: [...image.brokers.values()].map(({ id }) => {
      const leads = id === image.controllerId
      const state = followers.state(id)
      return {
        replicaId: id,
        replicaDirectoryId: ZERO_UUID,
        logEndOffset: leads ? endOffset : (state?.nextOffset ?? -1),
        lastFetchTimestamp: leads ? nowMs : (state?.lastFetchMs ?? -1),
        lastCaughtUpTimestamp: leads ? nowMs : (state?.lastCaughtUpMs ?? -1),
      }
    }),
    observers: [],
  }
}
