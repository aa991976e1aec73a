import { beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { decodeResponse, encodeRequest } from '../../src/broker/protocol/frame.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { describeQuorum } from '../../src/broker/protocol/messages/55-describe-quorum.ts'
import { envelope } from '../../src/broker/protocol/messages/58-envelope.ts'
import type { Client } from './client.ts'
import { useCluster } from './harness.ts'
import { freshName } from './topics.ts'
import { versionsOf } from './versions.ts'

const cluster = useCluster({ brokers: 2 })
const SIZE_BYTES = 4
const header = { correlationId: 77, clientId: 'behind' }
let controller: Client
let other: Client

beforeAll(async () => {
  const controllerId = await cluster().controllerId()
  controller = await cluster().client(controllerId)
  other = await cluster().client(3 - controllerId)
})

const wrapped = (requestData: Buffer) => ({
  requestData,
  requestPrincipal: null,
  clientHostAddress: Buffer.from('127.0.0.1'),
})

function createRequest(version: number, name: string): Buffer {
  const topic = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  const chunks = encodeRequest(createTopics, version, header, { topics: [topic], timeoutMs: 5_000 })
  return Buffer.concat(chunks).subarray(SIZE_BYTES)
}

describe('Envelope v0', () => {
  it.each(versionsOf(createTopics))(
    'carries a request of another broker’s client (CreateTopics v%i)',
    async (version) => {
      const name = freshName('wrapped')
      const { errorCode, responseData } = await controller.call(
        envelope,
        0,
        wrapped(createRequest(version, name)),
      )
      expect(errorCode).toBe(ErrorCode.NONE)
      const { correlationId, body } = decodeResponse(
        createTopics,
        version,
        responseData!.subarray(SIZE_BYTES),
      )
      expect(correlationId).toBe(header.correlationId)
      expect(body.topics).toMatchObject([{ name, errorCode: ErrorCode.NONE }])
    },
  )

  // As of any request, whoever sends it (RequestContext.parseRequest): librdkafka sends such.
  it('ignores what follows the request', async () => {
    const request = Buffer.concat([createRequest(7, freshName('wrapped')), Buffer.alloc(9)])
    const { errorCode, responseData } = await controller.call(envelope, 0, wrapped(request))
    expect(errorCode).toBe(ErrorCode.NONE)
    const { body } = decodeResponse(createTopics, 7, responseData!.subarray(SIZE_BYTES))
    expect(body.topics).toMatchObject([{ errorCode: ErrorCode.NONE }])
  })

  it('to a broker that is not the controller is NOT_CONTROLLER', async () => {
    const answer = await other.call(envelope, 0, wrapped(createRequest(7, freshName('never'))))
    expect(answer).toEqual({ errorCode: ErrorCode.NOT_CONTROLLER, responseData: null })
  })

  it.each<[string, Buffer]>([
    [
      'a request any broker answers',
      Buffer.concat(encodeRequest(metadata, 12, header, { topics: [] })).subarray(SIZE_BYTES),
    ],
    ['a version nobody knows', createRequest(7, 'x').fill(0x7f, 2, 4)],
    ['an API nobody knows', createRequest(7, 'x').fill(0x7f, 0, 2)],
    ['half a request', createRequest(7, 'x').subarray(0, 30)],
    ['half a header', createRequest(7, 'x').subarray(0, 5)],
    ['nothing', Buffer.alloc(0)],
    [
      'itself',
      Buffer.concat(encodeRequest(envelope, 0, header, wrapped(Buffer.alloc(0)))).subarray(SIZE_BYTES),
    ],
  ])('with %s is INVALID_REQUEST, and the connection stays', async (_what, requestData) => {
    expect(await controller.call(envelope, 0, wrapped(requestData))).toEqual({
      errorCode: ErrorCode.INVALID_REQUEST,
      responseData: null,
    })
    const quorum = Buffer.concat(encodeRequest(describeQuorum, 2, header, { topics: [] })).subarray(
      SIZE_BYTES,
    )
    expect((await controller.call(envelope, 0, wrapped(quorum))).errorCode).toBe(ErrorCode.NONE)
  })
})
