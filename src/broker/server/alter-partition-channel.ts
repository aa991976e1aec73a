import type { ControllerChannel } from '../handlers/services.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { alterPartition } from '../protocol/messages/56-alter-partition.ts'
import type {
  AlterPartitionAnswer,
  AlterPartitionChange,
  AlterPartitionChannel,
} from '../replication/alter-partition.ts'

const VERSION = 3

/** Carries ISR changes to the controller (KIP-497). */
export class ControllerAlterPartition implements AlterPartitionChannel {
  readonly #brokerId: number
  readonly #brokerEpoch: () => number
  readonly #channel: ControllerChannel

  constructor(brokerId: number, brokerEpoch: () => number, channel: ControllerChannel) {
    this.#brokerId = brokerId
    this.#brokerEpoch = brokerEpoch
    this.#channel = channel
  }

  async alterPartition(
    topicId: string,
    partition: number,
    change: AlterPartitionChange,
  ): Promise<AlterPartitionAnswer> {
    const { leaderEpoch, partitionEpoch, leaderRecoveryState, newIsr } = change
    const response = await this.#channel.send(alterPartition, VERSION, {
      brokerId: this.#brokerId,
      brokerEpoch: this.#brokerEpoch(),
      topics: [
        {
          topicId,
          partitions: [
            {
              partitionIndex: partition,
              leaderEpoch,
              newIsrWithEpochs: newIsr,
              leaderRecoveryState,
              partitionEpoch,
            },
          ],
        },
      ],
    })
    if (response.errorCode !== ErrorCode.NONE) throw new KafkaError(response.errorCode)
    const answer = response.topics[0]?.partitions[0]
    if (answer === undefined) throw new KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
    return answer
  }
}
