/** Sequences of idempotent producers (KIP-98): what is a duplicate, what is a gap, what is from a former epoch. */
import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import type { Client } from './client.ts'
import { append, produceTo, valuesOf } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic } from './topics.ts'

const cluster = useCluster()
let client: Client

beforeAll(async () => {
  client = await cluster().client()
})

describe('Produce with idempotence', () => {
  const producerId = 4_000
  const sequence = (baseSequence: number, { epoch = 0, count = 1 } = {}) =>
    batchOf(Array<string>(count).fill(`${epoch}:${baseSequence}`), {
      producerId,
      producerEpoch: epoch,
      baseSequence,
    })

  it('a batch sent again is answered with the offset it has, and is not appended again', async () => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, batchOf(['something before']))
    const first = await produceTo(client, ownTopic, sequence(0, { count: 3 }))
    const again = await produceTo(client, ownTopic, sequence(0, { count: 3 }))
    expect([first.baseOffset, again.baseOffset]).toEqual([1, 1])
    expect([again.errorCode, again.logStartOffset]).toEqual([ErrorCode.NONE, 0])
    expect(await valuesOf(client, ownTopic)).toHaveLength(4)
  })

  it('the last five batches are known again, the sixth is OUT_OF_ORDER_SEQUENCE_NUMBER', async () => {
    const ownTopic = await createTopic(cluster())
    for (const base of [0, 1, 2, 3, 4, 5]) await append(client, ownTopic, sequence(base))
    const fifth = await produceTo(client, ownTopic, sequence(1))
    const sixth = await produceTo(client, ownTopic, sequence(0))
    expect([fifth.errorCode, fifth.baseOffset]).toEqual([ErrorCode.NONE, 1])
    expect(sixth.errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
  })

  it('a gap in the sequence is OUT_OF_ORDER_SEQUENCE_NUMBER', async () => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, sequence(0))
    const { errorCode, baseOffset } = await produceTo(client, ownTopic, sequence(2))
    expect([errorCode, baseOffset]).toEqual([ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1])
  })

  it('a producer nobody knows may begin with any sequence', async () => {
    const { errorCode } = await produceTo(client, await createTopic(cluster()), sequence(77))
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  it('an older epoch is INVALID_PRODUCER_EPOCH', async () => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, sequence(0, { epoch: 3 }))
    const { errorCode } = await produceTo(client, ownTopic, sequence(1, { epoch: 2 }))
    expect(errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH)
  })

  it('a new epoch begins with sequence 0', async () => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, sequence(0))
    const onwards = await produceTo(client, ownTopic, sequence(1, { epoch: 1 }))
    const anew = await produceTo(client, ownTopic, sequence(0, { epoch: 1 }))
    expect([onwards.errorCode, anew.errorCode]).toEqual([
      ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
      ErrorCode.NONE,
    ])
  })

  it('after 2^31-1 the sequence goes on with 0, also within a batch', async () => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, sequence(2 ** 31 - 2, { count: 2 }))
    const wrapped = await produceTo(client, ownTopic, sequence(0))
    expect(wrapped.errorCode).toBe(ErrorCode.NONE)
    const across = await createTopic(cluster())
    await append(client, across, sequence(2 ** 31 - 1, { count: 2 }))
    const next = await produceTo(client, across, sequence(1))
    expect(next.errorCode).toBe(ErrorCode.NONE)
  })

  it('producers do not disturb each other', async () => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, sequence(0))
    const other = batchOf(['x'], { producerId: producerId + 1, producerEpoch: 0, baseSequence: 0 })
    const { errorCode } = await produceTo(client, ownTopic, other)
    expect(errorCode).toBe(ErrorCode.NONE)
  })
})
