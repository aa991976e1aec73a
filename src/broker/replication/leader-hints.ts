/**
 * KIP-951: a broker that is asked for a partition it does not lead tells who does, and where to reach it, so that
 * the client can go there without asking for metadata first.
 */
import type { MetadataImage } from '../metadata/image.ts'
import type { CurrentLeader, ReplicaManager } from './replica-manager.ts'

export interface NodeEndpoint {
  nodeId: number
  host: string
  port: number
  rack: string | null
}

export class LeaderHints {
  readonly #replicas: ReplicaManager
  readonly #image: MetadataImage
  readonly #endpoints = new Map<number, NodeEndpoint>()

  constructor(replicas: ReplicaManager, image: MetadataImage) {
    this.#replicas = replicas
    this.#image = image
  }

  /** The leader of a partition, whose address will be among `endpoints`; undefined when none is known. */
  leaderOf(topic: string, partition: number): CurrentLeader | undefined {
    const leader = this.#replicas.currentLeader(topic, partition)
    if (leader === null) return undefined
    const broker = this.#image.brokers.get(leader.leaderId)
    if (broker !== undefined && !broker.fenced) {
      this.#endpoints.set(broker.id, {
        nodeId: broker.id,
        host: broker.host,
        port: broker.port,
        rack: broker.rack,
      })
    }
    return leader
  }

  get endpoints(): NodeEndpoint[] {
    return [...this.#endpoints.values()]
  }
}
