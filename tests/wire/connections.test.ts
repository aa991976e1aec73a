/** How connections behave, whatever is asked on them. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { decodeResponse, encodeRequest } from '../../src/broker/protocol/frame.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { describeGroups } from '../../src/broker/protocol/messages/15-describe-groups.ts'
import type { Client } from './client.ts'
import { append, fetchRequest, produceRequest, valuesOf } from './data.ts'
import { Cluster, useCluster } from './harness.ts'
import { batchOf, valuesIn } from './records.ts'
import { createTopic, freshName, type Topic } from './topics.ts'
import { until } from './until.ts'

const software = { clientSoftwareName: 'wire', clientSoftwareVersion: '1' }

describe('One connection', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic

  beforeAll(async () => {
    topic = await createTopic(cluster())
  })
  beforeEach(async () => {
    client = await cluster().client()
  })

  const correlationIds = async (count: number) => {
    const ids = []
    for (let index = 0; index < count; index++) ids.push((await client.take()).readInt32BE(0))
    return ids
  }

  it('answers requests of all kinds in the order in which they came', async () => {
    const sent = []
    for (let round = 0; round < 40; round++) {
      sent.push(client.send(apiVersions, 4, software))
      sent.push(client.send(produce, 12, produceRequest(topic, batchOf([String(round)]))))
      sent.push(client.send(metadata, 12, { topics: null }))
      sent.push(client.send(fetch, 12, fetchRequest(topic)))
      sent.push(client.send(describeGroups, 5, { groups: ['some'] }))
      sent.push(client.send(createTopics, 7, { topics: [], timeoutMs: 100 }))
    }
    expect(await correlationIds(sent.length)).toEqual(sent)
  })

  it('answers what comes after a request that waits only after that', async () => {
    const quiet = await createTopic(cluster())
    const waiting = client.send(fetch, 12, fetchRequest(quiet, { maxWaitMs: 60_000 }))
    const next = client.send(metadata, 12, { topics: [] })
    const other = await cluster().client()
    await append(other, quiet, batchOf(['wake up']))
    const [first, second] = [await client.take(), await client.take()]
    expect([first.readInt32BE(0), second.readInt32BE(0)]).toEqual([waiting, next])
    const { body } = decodeResponse(fetch, 12, first)
    expect(valuesIn(body.responses[0]!.partitions[0]!.records)).toEqual(['wake up'])
  })

  it('answers nothing to acks=0 and goes on with what follows, in order', async () => {
    const own = await createTopic(cluster())
    const sent = []
    for (const value of ['a', 'b', 'c']) {
      client.send(produce, 12, produceRequest(own, batchOf([value]), { acks: 0 }))
      sent.push(client.send(metadata, 12, { topics: [] }))
    }
    expect(await correlationIds(3)).toEqual(sent)
    expect(await valuesOf(client, own)).toEqual(['a', 'b', 'c'])
  })

  it('understands requests however they are cut', async () => {
    const frames = [1, 2, 3].map((correlationId) =>
      Buffer.concat(encodeRequest(metadata, 12, { correlationId, clientId: 'cut' }, { topics: [] })),
    )
    const bytes = Buffer.concat(frames)
    const cuts = [3, 7, frames[0]!.length + 2, frames[0]!.length + frames[1]!.length - 1, bytes.length]
    let start = 0
    for (const end of cuts) {
      client.sendBytes(bytes.subarray(start, end))
      start = end
      // A write of its own: the broker has answered somebody meanwhile.
      await (await cluster().client()).call(apiVersions, 4, software)
    }
    expect(await correlationIds(3)).toEqual([1, 2, 3])
  })

  it('answers what was asked before the client said that it has nothing more to say', async () => {
    const sent = [client.send(metadata, 12, { topics: [] }), client.send(metadata, 12, { topics: [] })]
    client.end()
    expect(await correlationIds(2)).toEqual(sent)
    await client.closed
  })

  it.each([0, 1, -1, 2 ** 31 - 1, -(2 ** 31)])('gives the correlation id %i back', async (correlationId) => {
    const chunks = encodeRequest(metadata, 12, { correlationId, clientId: 'x' }, { topics: [] })
    client.sendBytes(Buffer.concat(chunks))
    expect(await correlationIds(1)).toEqual([correlationId])
  })

  it.each([
    ['none', null],
    ['an empty one', ''],
    ['one of other letters', '주문 서비스'],
    ['one of 32767 letters', 'x'.repeat(32_767)],
  ])('takes any client id: %s', async (_what, clientId) => {
    const named = await cluster().client(1, clientId)
    expect((await named.call(metadata, 12, { topics: [] })).brokers).toHaveLength(1)
    expect((await named.call(metadata, 1, { topics: [] })).brokers).toHaveLength(1)
  })
})

describe('Many connections', () => {
  const cluster = useCluster()
  const COUNT = 500

  it('five hundred at once are all served, again and again', async () => {
    const topic = await createTopic(cluster(), { partitions: 5 })
    const clients = await Promise.all(Array.from({ length: COUNT }, () => cluster().client()))
    const produced = await Promise.all(
      clients.map((client, index) =>
        client.call(
          produce,
          12,
          produceRequest(topic, batchOf([`from ${index}`]), { index: index % 5, acks: 1 }),
        ),
      ),
    )
    const codes = produced.map(({ responses }) => responses[0]!.partitionResponses[0]!.errorCode)
    expect(codes.filter((code) => code !== ErrorCode.NONE)).toEqual([])
    const fetched = await Promise.all(
      clients.map((client, index) => client.call(fetch, 12, fetchRequest(topic, { index: index % 5 }))),
    )
    const counts = fetched.map(({ responses }) => valuesIn(responses[0]!.partitions[0]!.records).length)
    expect(new Set(counts)).toEqual(new Set([COUNT / 5]))
    for (const client of clients) client.close()
  })

  it('five hundred that wait are all answered by one batch', async () => {
    const topic = await createTopic(cluster())
    const clients = await Promise.all(Array.from({ length: COUNT }, () => cluster().client()))
    const waiting = clients.map((client) =>
      client.call(fetch, 12, fetchRequest(topic, { maxWaitMs: 60_000 })),
    )
    const producer = await cluster().client()
    await append(producer, topic, batchOf(['news']))
    const values = (await Promise.all(waiting)).map(({ responses }) =>
      valuesIn(responses[0]!.partitions[0]!.records),
    )
    expect(values).toEqual(clients.map(() => ['news']))
    for (const client of clients) client.close()
  })

  it('come and go by the hundred', async () => {
    for (let round = 0; round < 10; round++) {
      const clients = await Promise.all(Array.from({ length: 50 }, () => cluster().client()))
      await Promise.all(clients.map((client) => client.call(apiVersions, 4, software)))
      for (const client of clients) client.close()
    }
  })
})

describe('Connections that are idle', () => {
  const cluster = useCluster({ config: { 'connections.max.idle.ms': '300' } })

  it('for connections.max.idle.ms are closed', async () => {
    const client = await cluster().client()
    await client.call(apiVersions, 4, software)
    await client.closed
  })
})

describe('Connections and the broker’s life', () => {
  let cluster: Cluster

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 2 })
  })
  afterEach(() => cluster.stop())

  it('are closed when the broker stops, also while a request waits', async () => {
    const topic = await createTopic(cluster, { assignment: [[2, 1]] })
    const client = await cluster.client(2)
    client.send(fetch, 12, fetchRequest(topic, { maxWaitMs: 60_000 }))
    await cluster.stopBroker(2)
    await client.closed
  })

  it('to a broker that came back under its id find the topics they knew', async () => {
    const topic = await createTopic(cluster, { assignment: [[2]] })
    await append(await cluster.client(2), topic, batchOf(['before']))
    await cluster.stopBroker(2)
    await cluster.restartBroker(2)
    const client = await cluster.client(2)
    const values = await until('its data', async () => {
      const found = await valuesOf(client, topic)
      return found.length > 0 && found
    })
    expect(values).toEqual(['before'])
    const name = freshName('after')
    const { topics } = await client.call(createTopics, 7, {
      topics: [{ name, numPartitions: 1, replicationFactor: 2 }],
      timeoutMs: 5_000,
    })
    expect(topics[0]!.errorCode).toBe(ErrorCode.NONE)
  })
})
