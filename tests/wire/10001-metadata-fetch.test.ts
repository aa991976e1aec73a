import { beforeAll, describe, expect, it } from 'vitest'
import { decodeMetadataRecord } from '../../src/broker/metadata/records.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { metadataFetch } from '../../src/broker/protocol/messages/internal/metadata-fetch.ts'
import type { Client } from './client.ts'
import { useCluster } from './harness.ts'
import { createTopic } from './topics.ts'

const cluster = useCluster({ brokers: 2 })
/** Nobody's, so that the real brokers' progress is left alone. */
const READER = 70
let controllerId: number
let client: Client

beforeAll(async () => {
  controllerId = await cluster().controllerId()
  client = await cluster().client(controllerId)
})

const ask = (nextOffset: number, maxWaitMs = 0) =>
  client.call(metadataFetch, 0, { brokerId: READER, brokerEpoch: -1, nextOffset, maxWaitMs })

describe('MetadataFetch v0', () => {
  it('gives the whole log, or a snapshot in its place, that tells of every broker', async () => {
    const answer = await ask(0)
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, controllerId, fromOffset: 0 })
    expect(answer.controllerEpoch).toBeGreaterThan(0)
    const brokers = answer.records.map(decodeMetadataRecord).filter(({ type }) => type === 'RegisterBroker')
    expect(brokers).toMatchObject([{ brokerId: 1 }, { brokerId: 2 }])
  })

  it('gives what came after an offset', async () => {
    const { endOffset } = await ask(0)
    const topic = await createTopic(cluster())
    const answer = await ask(endOffset)
    expect(answer).toMatchObject({ fromOffset: endOffset, snapshot: false })
    expect(answer.endOffset).toBe(endOffset + answer.records.length)
    expect(answer.records.map(decodeMetadataRecord)).toContainEqual({
      type: 'Topic',
      topicId: topic.id,
      name: topic.name,
    })
  })

  it('waits until there is something', async () => {
    const { endOffset } = await ask(0)
    const waiting = ask(endOffset, 60_000)
    await createTopic(cluster())
    expect((await waiting).records.length).toBeGreaterThan(0)
  })

  it('waits no longer than it may', async () => {
    const { endOffset } = await ask(0)
    const startedMs = performance.now()
    const answer = await ask(endOffset, 100)
    expect([answer.errorCode, answer.records, answer.endOffset]).toEqual([ErrorCode.NONE, [], endOffset])
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(95)
  })

  it.each([1_000_000, 2 ** 53, -5])('gives a snapshot to somebody who is at %i', async (nextOffset) => {
    const answer = await ask(nextOffset)
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, snapshot: true })
    expect(answer.records.length).toBeGreaterThan(0)
  })

  it('from a broker that is not the controller is NOT_CONTROLLER, and says who is', async () => {
    const other = await cluster().client(3 - controllerId)
    const request = { brokerId: READER, brokerEpoch: -1, nextOffset: 0, maxWaitMs: 0 }
    const answer = await other.call(metadataFetch, 0, request)
    expect(answer).toMatchObject({ errorCode: ErrorCode.NOT_CONTROLLER, controllerId, records: [] })
  })
})
