/**
 * DescribeQuorum v0–2 (KIP-595): who the controller is, its epoch, and how far each broker has read the metadata log.
 * There is no quorum of controllers here but a lease; every broker can get it, so every broker is told as a voter.
 *
 * A partition that is not the metadata log's is UNKNOWN_TOPIC_OR_PARTITION, and then no nodes are told.
 *
 * Version notes: v1 times of the last fetch (KIP-836); v2 nodes and messages (KIP-853).
 * Gaps: the high watermark is the end of the log, since a record is committed as soon as it is stored; directory ids
 * are zero.
 */
import { describeQuorum } from '../protocol/messages/55-describe-quorum.ts'
import { forwarded } from './handler.ts'

const FIRST_VERSION_WITH_NODES = 2

export const describeQuorumHandler = forwarded(describeQuorum, (request, { apiVersion }, { controller }) => {
  const { nodes, ...response } = controller.describeQuorum(request)
  return apiVersion >= FIRST_VERSION_WITH_NODES ? { ...response, nodes } : response
})
