import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { initProducerId } from '../../src/broker/protocol/messages/22-init-producer-id.ts'
import type { Client } from './client.ts'
import { produceTo } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic } from './topics.ts'
import { versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster({ brokers: 2 })
const NOBODY = { producerId: -1, producerEpoch: -1 }
let client: Client

beforeAll(async () => {
  client = await cluster().client()
})

const anonymous = { transactionalId: null, transactionTimeoutMs: 60_000 }

describe.each(versionsOf(initProducerId))('InitProducerId v%i', (version) => {
  it('gives an id of its own and epoch 0', async () => {
    const answer = await client.call(initProducerId, version, anonymous)
    expect(answer).toEqual({
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      producerId: expect.any(Number),
      producerEpoch: 0,
    })
    expect(answer.producerId).toBeGreaterThanOrEqual(0)
  })

  it('the empty transactional id is INVALID_REQUEST', async () => {
    const answer = await client.call(initProducerId, version, { ...anonymous, transactionalId: '' })
    expect(answer).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, ...NOBODY })
  })

  it('a transactional id is COORDINATOR_NOT_AVAILABLE, for there are no transactions yet', async () => {
    const answer = await client.call(initProducerId, version, { ...anonymous, transactionalId: 'transfers' })
    expect(answer).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, ...NOBODY })
  })
})

describe.each(versionsFrom(initProducerId, 3))('InitProducerId v%i with an id', (version) => {
  it.each([
    { producerId: 7, producerEpoch: -1 },
    { producerId: -1, producerEpoch: 3 },
  ])('or an epoch alone (%o) is INVALID_REQUEST', async (half) => {
    const answer = await client.call(initProducerId, version, { ...anonymous, ...half })
    expect(answer).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, ...NOBODY })
  })

  it('and an epoch gives a new id', async () => {
    const request = { ...anonymous, producerId: 987_654_321, producerEpoch: 3 }
    const answer = await client.call(initProducerId, version, request)
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, producerEpoch: 0 })
    expect(answer.producerId).not.toBe(987_654_321)
  })
})

describe('InitProducerId', () => {
  it('never gives an id twice, whichever broker is asked, also beyond a block of 1000', async () => {
    const clients = [client, await cluster().client(2)]
    const ids = new Set<number>()
    for (const each of clients) {
      for (let request = 0; request < 1_100; request++) each.send(initProducerId, 4, anonymous)
    }
    for (const each of clients) {
      for (let request = 0; request < 1_100; request++)
        ids.add(Number((await each.take()).readBigInt64BE(11)))
    }
    expect(ids.size).toBe(2_200)
  })

  it('gives an id one can produce with', async () => {
    const { producerId, producerEpoch } = await client.call(initProducerId, 5, anonymous)
    const topic = await createTopic(cluster(), { assignment: [[1, 2]] })
    const batch = batchOf(['once'], { producerId, producerEpoch, baseSequence: 0 })
    expect((await produceTo(client, topic, batch)).errorCode).toBe(ErrorCode.NONE)
  })
})
