import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { allocateProducerIds } from '../../src/broker/protocol/messages/67-allocate-producer-ids.ts'
import type { Client } from './client.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster({ brokers: 2 })
let controllerId: number
let controller: Client

beforeAll(async () => {
  controllerId = await cluster().controllerId()
  controller = await cluster().client(controllerId)
})

describe('AllocateProducerIds v0', () => {
  it('gives blocks of 1000 that do not overlap, whoever asks', async () => {
    const starts = []
    for (const brokerId of [1, 2, 1]) {
      const brokerEpoch = cluster().brokerEpochs().get(brokerId)!
      const answer = await controller.call(allocateProducerIds, 0, { brokerId, brokerEpoch })
      expect(answer).toMatchObject({ throttleTimeMs: 0, errorCode: ErrorCode.NONE, producerIdLen: 1_000 })
      starts.push(answer.producerIdStart)
    }
    expect([starts[1]! - starts[0]!, starts[2]! - starts[1]!]).toEqual([1_000, 1_000])
  })

  it.each([
    ['another life', 1, 999_999],
    ['no epoch', 1, -1],
    ['a broker nobody knows', 9, 1],
  ])('of %s is STALE_BROKER_EPOCH', async (_what, brokerId, brokerEpoch) => {
    const answer = await controller.call(allocateProducerIds, 0, { brokerId, brokerEpoch })
    expect(answer).toMatchObject({
      errorCode: ErrorCode.STALE_BROKER_EPOCH,
      producerIdStart: -1,
      producerIdLen: 0,
    })
  })

  it('from a broker that is not the controller is NOT_CONTROLLER', async () => {
    const other = await cluster().client(3 - controllerId)
    const brokerEpoch = cluster().brokerEpochs().get(1)!
    expect((await other.call(allocateProducerIds, 0, { brokerId: 1, brokerEpoch })).errorCode).toBe(
      ErrorCode.NOT_CONTROLLER,
    )
  })
})
