import type { Connection } from '@platformatic/kafka'
import { describeQuorumV0, describeQuorumV1, describeQuorumV2 } from '@platformatic/kafka'
import type { ClusterAccess } from './cluster-access.ts'
import { answered } from './cluster-access.ts'

/** Newest first. Served by brokers of clusters that have a quorum of controllers (KRaft), and by nobody else. */
export const QUORUM_APIS = [describeQuorumV2, describeQuorumV1, describeQuorumV0] as const
const METADATA_TOPIC = '__cluster_metadata'

export type QuorumApi = (typeof QUORUM_APIS)[number]['api']

/**
 * The controller of a cluster with a quorum of them. Metadata names any living broker there (KIP-590), for what is
 * asked of the controller may be asked of all. Null where the cluster does not tell: the client may lack the right.
 */
export async function quorumLeader(connection: Connection, api: QuorumApi): Promise<number | null> {
  try {
    const answer = await answered(
      api.async(connection, [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }]),
    )
    const quorum = answer.topics[0]?.partitions[0]
    return quorum && quorum.errorCode === 0 && quorum.leaderId >= 0 ? quorum.leaderId : null
  } catch {
    return null
  }
}

/** The controller; `named` is whom Metadata names, who is it where there is no quorum. */
export async function controllerOf(access: ClusterAccess, named: number | null): Promise<number | null> {
  const chosen = await access.find(QUORUM_APIS)
  return chosen ? quorumLeader(await access.any(), chosen.api) : named
}
