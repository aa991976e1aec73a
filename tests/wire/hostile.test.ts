/** Whatever bytes come: the broker lives, serves everybody else, keeps its memory, and has nothing to log an error about. */
import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Api } from '../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { decodeRequestBody, decodeRequestHeader } from '../../src/broker/protocol/frame.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { deleteTopics } from '../../src/broker/protocol/messages/20-delete-topics.ts'
import type { Client } from './client.ts'
import { append, fetchRequest, valuesOf } from './data.ts'
import { freshGroup, joinAlone, leave } from './groups.ts'
import type { Cluster } from './harness.ts'
import { useCluster } from './harness.ts'
import {
  everyVersion,
  int,
  longBody,
  randomBody,
  randomBytes,
  randomFrom,
  requestFrame,
  servedApis,
  type Random,
} from './random-requests.ts'
import { batchOf, batchOfSize } from './records.ts'
import { createTopic, freshName, type Topic } from './topics.ts'
import { versionsOf } from './versions.ts'

const MIB = 1024 * 1024
const software = { clientSoftwareName: 'wire', clientSoftwareVersion: '1' }

const config = {
  'socket.request.max.bytes': String(2 * MIB),
  'group.min.session.timeout.ms': '10',
  'auto.create.topics.enable': 'false',
}
const cluster = useCluster({ config })
/** Somebody else's connection, open all the time. */
let bystander: Client
let topic: Topic
let apis: Api[]
let rssBefore: number

beforeAll(async () => {
  bystander = await cluster().client()
  topic = await createTopic(cluster())
  apis = await servedApis(bystander)
})
beforeEach(() => {
  rssBefore = process.memoryUsage().rss
})
afterEach(async () => {
  await isWell(cluster(), bystander, topic)
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(300 * MIB)
})

/** The broker does all its kinds of work for somebody who was connected before, and for somebody who comes now. */
async function isWell(from: Cluster, known: Client, log: Topic): Promise<void> {
  expect((await known.call(apiVersions, 4, software)).errorCode).toBe(ErrorCode.NONE)
  const newcomer = await from.client()
  const offset = await append(newcomer, log, batchOf(['well']))
  expect(offset).toBeGreaterThanOrEqual(0)
  const groupId = await freshGroup(from)
  await leave(newcomer, await joinAlone(newcomer, groupId))
  newcomer.close()
}

/** Sends what it may, and resolves when the broker has hung up without an answer. */
async function isHungUpOn(bytes: Buffer): Promise<void> {
  const client = await cluster().client()
  client.sendBytes(bytes)
  await client.closed
  expect(client.untaken).toBe(0)
}

/** Sends a frame and a request that is in order: resolves when the broker has answered that, or hung up. */
async function isDealtWith(client: Client, frame: Buffer): Promise<void> {
  client.sendBytes(frame)
  const correlationId = client.send(apiVersions, 4, software)
  await client.takeUntil(correlationId).catch(() => client.closed)
  client.close()
}

function sized(body: Buffer, size = body.length): Buffer {
  const bytes = Buffer.alloc(4 + body.length)
  bytes.writeInt32BE(size, 0)
  body.copy(bytes, 4)
  return bytes
}

function headed(apiKey: number, apiVersion: number, rest: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(10)
  header.writeInt16BE(apiKey, 0)
  header.writeInt16BE(apiVersion, 2)
  header.writeInt32BE(5, 4)
  header.writeInt16BE(-1, 8)
  return sized(Buffer.concat([header, rest]))
}

describe('Frames that are none', () => {
  it.each([
    ['a size of -1', sized(Buffer.alloc(20), -1)],
    ['the smallest size there is', sized(Buffer.alloc(20), -(2 ** 31))],
    ['the largest size there is', sized(Buffer.alloc(20), 2 ** 31 - 1)],
    ['one byte more than socket.request.max.bytes', sized(Buffer.alloc(20), 2 * MIB + 1)],
    ['nothing in it', sized(Buffer.alloc(0))],
    ['half a header', sized(Buffer.alloc(7))],
    ['a client id longer than the frame', sized(Buffer.from('0003000c00000001' + '7fff' + '61', 'hex'))],
    ['a client id of -2 bytes', sized(Buffer.from('0003000c00000001' + 'fffe' + '00'.repeat(9), 'hex'))],
    [
      'tags in the header that never end',
      sized(Buffer.from('0003000c00000001' + 'ffff' + 'ffffffff0f', 'hex')),
    ],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['TLS', Buffer.from('16030100c8010000c403030000000000', 'hex')],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')],
  ])('%s: the broker hangs up', async (_what, bytes) => {
    await isHungUpOn(bytes)
  })

  it('exactly socket.request.max.bytes is read', async () => {
    const client = await cluster().client()
    const records = batchOfSize(2 * MIB - 200)
    const frame = requestFrame(produce, 12, { acks: 1, timeoutMs: 10, topicData: topicDataOf(records) })
    const padding = 2 * MIB + 4 - frame.length
    const exact = requestFrame(produce, 12, {
      acks: 1,
      timeoutMs: 10,
      topicData: topicDataOf(batchOfSize(2 * MIB - 200 + padding)),
    })
    expect(exact.length).toBe(2 * MIB + 4)
    client.sendBytes(exact)
    expect((await client.take()).length).toBeGreaterThan(20)
  })

  const topicDataOf = (records: Buffer) => [{ name: topic.name, partitionData: [{ index: 0, records }] }]

  it('seeded garbage in pieces of all sizes: the broker hangs up, or waits for the rest', async () => {
    const random = randomFrom(1)
    for (let round = 0; round < 300; round++) {
      const client = await cluster().client()
      for (let piece = 0; piece < 3; piece++) client.sendBytes(randomBytes(random, 400))
      client.close()
    }
  })

  it('half a request and then nothing holds nobody up', async () => {
    const frame = requestFrame(metadata, 12, { topics: null })
    for (let end = 1; end < frame.length; end++) {
      const client = await cluster().client()
      client.sendBytes(frame.subarray(0, end))
      client.end()
      await client.closed
      expect(client.untaken).toBe(0)
    }
  })

  it('a request that comes byte by byte is answered', async () => {
    const client = await cluster().client()
    for (const byte of requestFrame(metadata, 12, { topics: [] })) client.sendBytes(Buffer.from([byte]))
    expect((await client.take()).readInt32BE(0)).toBe(5)
  })

  it('announcing much and sending little costs no memory', async () => {
    const clients = []
    for (let index = 0; index < 100; index++) {
      const client = await cluster().client()
      client.sendBytes(sized(Buffer.alloc(10), 2 * MIB))
      clients.push(client)
    }
    await isWell(cluster(), bystander, topic)
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(60 * MIB)
    for (const client of clients) client.close()
  })
})

describe('Requests for what is not there', () => {
  it.each([4, 5, 6, 7, 38, 41, 52, 53, 54, 59, 71, 72, 999, 9_999, 10_000, 10_002, 32_767, -1, -32_768])(
    'the API key %i: the broker hangs up',
    async (apiKey) => {
      await isHungUpOn(headed(apiKey, 0, Buffer.alloc(30)))
    },
  )

  it('every API below its first and above its last version: the broker hangs up', async () => {
    for (const api of apis.filter(({ key }) => key !== apiVersions.key)) {
      const [min, max] = api.versions
      for (const version of [min - 1, max + 1, 99, 32_767, -32_768]) {
        await isHungUpOn(headed(api.key, version, Buffer.alloc(30)))
      }
    }
  })

  it('Produce below v3 is told as served, for librdkafka’s sake, and hung up on all the same', async () => {
    for (const version of [0, 1, 2]) await isHungUpOn(headed(produce.key, version, Buffer.alloc(30)))
  })

  it('what was asked before is answered first', async () => {
    const client = await cluster().client()
    client.send(metadata, 12, { topics: [] })
    client.sendBytes(headed(999, 0))
    expect((await client.take()).length).toBeGreaterThan(10)
    await client.closed
  })
})

describe('Bodies that are none', () => {
  it('bytes after the end of a request, in every version of every API: it is read as without them', async () => {
    for (const { api, version } of everyVersion(apis)) {
      const frame = requestFrame(api, version, randomBody(api, version, randomFrom(api.key + version)))
      const longer = Buffer.concat([frame, Buffer.from([1, 2, 3])])
      longer.writeInt32BE(longer.length - 4, 0)
      const { bodyOffset } = decodeRequestHeader(frame.subarray(4))
      const read = (bytes: Buffer) => decodeRequestBody(api, version, bytes.subarray(4), bodyOffset)
      expect(read(longer)).toEqual(read(frame))
      await isDealtWith(await cluster().client(), longer)
    }
  })

  it('a request cut short, in every version of every API: the broker hangs up', async () => {
    const random = randomFrom(2)
    for (const { api, version } of everyVersion(apis)) {
      const frame = requestFrame(api, version, randomBody(api, version, random))
      const length = int(random, 15, frame.length - 1)
      const shorter = Buffer.from(frame.subarray(0, Math.min(length, frame.length - 1)))
      shorter.writeInt32BE(shorter.length - 4, 0)
      const client = await cluster().client()
      client.sendBytes(shorter)
      client.end()
      await client.closed
    }
  })

  it('arrays and strings of absurd length, in every version of every API', async () => {
    const lies = ['7fffffff', 'ffffffff0f', '80000000', 'feffffff07', '7fff']
    for (const { api, version } of everyVersion(apis)) {
      for (const [index, lie] of lies.entries()) {
        for (let prefix = index % 4; prefix < 12; prefix += 4) {
          const client = await cluster().client()
          client.sendBytes(
            headed(api.key, version, Buffer.from('00'.repeat(prefix) + lie + '00'.repeat(8), 'hex')),
          )
          client.close()
        }
      }
    }
  })
})

describe('Requests of random values', () => {
  /** Fetch, JoinGroup, SyncGroup and MetadataFetch are held back for as long as they ask. */
  const mayWait = ({ key }: Api) => [1, 11, 14, 10_001].includes(key)
  const mayNotWait = (api: Api) => !mayWait(api)

  /** Sends each of these requests on a connection of its own; those that may wait are not waited for. */
  async function attack(frameOf: (api: Api, version: number) => Buffer): Promise<void> {
    for (const { api, version } of everyVersion(apis.filter(mayNotWait))) {
      await isDealtWith(await cluster().client(), frameOf(api, version))
    }
    for (const { api, version } of everyVersion(apis.filter(mayWait))) {
      const client = await cluster().client()
      client.sendBytes(frameOf(api, version))
      client.close()
    }
  }

  const seeds = [11, 12, 13, 14, 15, 16]

  it.each(seeds)('in order, every version of every API (seed %i): answered or hung up on', async (seed) => {
    const random = randomFrom(seed)
    for (const { api, version } of everyVersion(apis)) {
      await isDealtWith(
        await cluster().client(),
        requestFrame(api, version, randomBody(api, version, random)),
      )
    }
  })

  it.each(seeds)('with wrong bytes among them (seed %i): answered or hung up on', async (seed) => {
    const random = randomFrom(seed)
    await attack((api, version) =>
      spoiled(requestFrame(api, version, randomBody(api, version, random)), random),
    )
  })

  it.each(seeds)(
    'of nothing but random bytes after the header (seed %i): answered or hung up on',
    async (seed) => {
      const random = randomFrom(seed)
      await attack((api, version) => headed(api.key, version, randomBytes(random, 120)))
    },
  )

  it('with strings as long as they can be, every version of every API: answered or hung up on', async () => {
    for (const { api, version } of everyVersion(apis)) {
      await isDealtWith(await cluster().client(), requestFrame(api, version, longBody(api, version, api.key)))
    }
  })

  function spoiled(frame: Buffer, random: Random): Buffer {
    const wrong = Buffer.from(frame)
    const bytes = [0, 1, 0x7f, 0x80, 0xff]
    for (let count = 0; count < 3; count++) {
      wrong[int(random, 14, wrong.length - 1)] = bytes[int(random, 0, bytes.length - 1)]!
    }
    return wrong
  }
})

describe('Much of what is allowed', () => {
  it('fifty thousand topics in one request are refused one by one, and soon', async () => {
    const client = await cluster().client()
    const names = Array.from({ length: 50_000 }, (_, index) => `n${index}`)
    const { responses } = await client.call(deleteTopics, 5, { topicNames: names, timeoutMs: 10 })
    expect(responses).toHaveLength(50_000)
    const topics = names.map((name) => ({ name: `${name}/`, numPartitions: 1, replicationFactor: 1 }))
    const created = await client.call(createTopics, 7, { topics, timeoutMs: 10 })
    expect(created.topics.every(({ errorCode }) => errorCode === ErrorCode.INVALID_TOPIC_EXCEPTION)).toBe(
      true,
    )
  })

  it('a client that asks for much and reads nothing does not fill the broker’s memory', async () => {
    const large = await createTopic(cluster())
    for (let index = 0; index < 8; index++) await append(bystander, large, batchOfSize(1_000_000))
    const greedy = connect(cluster().address())
    await once(greedy, 'connect')
    greedy.pause()
    const request = requestFrame(
      fetch,
      12,
      fetchRequest(large, { maxBytes: 8 * MIB, partitionMaxBytes: 8 * MIB }),
    )
    for (let index = 0; index < 500; index++) greedy.write(request)
    // Meanwhile the others get their answers.
    for (let index = 0; index < 300; index++) await bystander.call(metadata, 12, { topics: null })
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(150 * MIB)
    greedy.destroy()
  })

  it('a hundred fetches that wait, hung up on, leave nothing behind', async () => {
    const quiet = await createTopic(cluster())
    for (let index = 0; index < 100; index++) {
      const client = await cluster().client()
      client.send(fetch, 12, fetchRequest(quiet, { maxWaitMs: 2_000_000 }))
      client.close()
    }
    await append(bystander, quiet, batchOf(['x']))
    expect(await valuesOf(bystander, quiet)).toEqual(['x'])
  })
})

describe('Hostile requests to a broker that passes them on', () => {
  const three = useCluster({ brokers: 3, config })

  it('hurt neither that broker nor the controller', async () => {
    const known = await three().clientOfFollower()
    const log = await createTopic(three(), { assignment: [[1, 2, 3]] })
    const random = randomFrom(3)
    const forwarded = apis.filter(({ key }) => [19, 20, 33, 37, 43, 44, 55, 64].includes(key))
    for (let round = 0; round < 3; round++) {
      for (const { api, version } of everyVersion(forwarded)) {
        await isDealtWith(
          await three().clientOfFollower(),
          requestFrame(api, version, randomBody(api, version, random)),
        )
        const garbage = headed(api.key, version, randomBytes(random, 120))
        await isDealtWith(await three().clientOfFollower(), garbage)
      }
    }
    const { topics } = await known.call(createTopics, 7, {
      topics: [{ name: freshName('after'), numPartitions: 1, replicationFactor: 3 }],
      timeoutMs: 5_000,
    })
    expect(topics[0]!.errorCode).toBe(ErrorCode.NONE)
    await append(await three().client(1), log, batchOf(['all in sync']))
  })
})

describe('The suite itself', () => {
  it('has gone over every version the broker tells', () => {
    const count = apis.flatMap(versionsOf).length
    expect(count).toBeGreaterThan(150)
  })
})
