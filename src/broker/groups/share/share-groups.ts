/**
 * Share groups as their coordinator serves them. What a group decides is decided in its shard like for any other
 * group; what needs the share coordinator, which may be another broker, is done between two such steps.
 */
import type { Logger } from '../../logger.ts'
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import type {
  ClientContext,
  DeletedGroup,
  DescribedShareGroup,
  ShareGroupHeartbeatRequest,
  ShareGroupHeartbeatResponse,
} from '../messages.ts'
import { describeShareGroup, noShareGroup } from './describe.ts'
import {
  afterInitialization,
  failedDecision,
  shareGroupHeartbeat,
  shareHeartbeatFailure,
} from './heartbeat.ts'
import { ShareGroupOffsets } from './offsets.ts'
import type { ShareGroupOffsetsOptions } from './offsets.ts'
import type { NamedPartition, PartitionToInitialize } from './state-partitions.ts'

export interface ShareGroupsOptions extends ShareGroupOffsetsOptions {
  readonly log: Logger
  readonly deleteGroups: (groupIds: readonly string[]) => Promise<DeletedGroup[]>
}

export class ShareGroups {
  readonly offsets: ShareGroupOffsets
  readonly #options: ShareGroupsOptions
  /** Groups whose partitions are being begun right now, by one heartbeat for all. */
  readonly #initializations = new Map<string, Promise<NamedPartition[]>>()

  constructor(options: ShareGroupsOptions) {
    this.#options = options
    this.offsets = new ShareGroupOffsets(options)
  }

  /**
   * A heartbeat that finds partitions whose state has not begun is answered when it has, so that a group reads from
   * its first heartbeat on. Kafka answers at once, and tells of the partitions at the next heartbeat.
   */
  async heartbeat(
    context: ClientContext,
    request: ShareGroupHeartbeatRequest,
  ): Promise<ShareGroupHeartbeatResponse> {
    const { groupId } = request
    const decision = await this.#options.ask(groupId, failedDecision, (turn) =>
      shareGroupHeartbeat(turn, context, request),
    )
    const { response, toInitialize, stateEpoch } = decision
    if (toInitialize.length === 0) return response
    const underway = this.#initializations.get(groupId)
    if (underway !== undefined) {
      await underway
      return this.#options.ask(groupId, shareHeartbeatFailure, (turn) =>
        afterInitialization(turn, request, []),
      )
    }
    const initialization = this.#initialize(groupId, toInitialize, stateEpoch)
    this.#initializations.set(groupId, initialization)
    try {
      const initialized = await initialization
      // A group that is not there any more, or elsewhere, has nothing to be told.
      if (initialized.length === 0) return response
      return await this.#options.ask(groupId, shareHeartbeatFailure, (turn) =>
        afterInitialization(turn, request, initialized),
      )
    } finally {
      this.#initializations.delete(groupId)
    }
  }

  /** In the order of the ids. */
  describe(groupIds: readonly string[]): Promise<DescribedShareGroup[]> {
    const describe = (groupId: string): Promise<DescribedShareGroup> => {
      if (groupId === '') return Promise.resolve({ groupId, errorCode: ErrorCode.INVALID_GROUP_ID })
      return this.#options.ask<DescribedShareGroup>(
        groupId,
        (errorCode) => ({ groupId, errorCode, errorMessage: `Group ${groupId} cannot be described here.` }),
        ({ state, image }) => {
          const group = state.shareGroup(groupId)
          return group === undefined
            ? noShareGroup(groupId, state.groups.has(groupId))
            : describeShareGroup(image, group)
        },
      )
    }
    return Promise.all(groupIds.map(describe))
  }

  /** Groups of any kind: of share groups the share coordinator has to forget first. One result for each different id. */
  async deleteGroups(groupIds: readonly string[]): Promise<DeletedGroup[]> {
    const results = await Promise.all(
      Array.from(new Set(groupIds), async (groupId) => ({
        groupId,
        ...(await this.offsets.deleteAll(groupId)),
      })),
    )
    const deletable = results.filter(({ errorCode }) => errorCode === ErrorCode.NONE)
    const deleted = await this.#options.deleteGroups(deletable.map(({ groupId }) => groupId))
    return results.map(
      ({ groupId, errorCode }) => deleted.find((each) => each.groupId === groupId) ?? { groupId, errorCode },
    )
  }

  /** Those that have begun; the others are tried again at the next heartbeat. */
  async #initialize(
    groupId: string,
    partitions: readonly PartitionToInitialize[],
    stateEpoch: number,
  ): Promise<NamedPartition[]> {
    const { state, log } = this.#options
    const begun = partitions.map(async (each) => {
      const { topicId, partition, startOffset } = each
      try {
        await state.initialize({ groupId, topicId, partition }, stateEpoch, startOffset)
        return [each]
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        log.warn('The state of a share partition could not begin', {
          groupId,
          topicId,
          partition,
          error: error.message,
        })
        return []
      }
    })
    return (await Promise.all(begun)).flat()
  }
}
