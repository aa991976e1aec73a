import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { shareFetch } from '../../src/broker/protocol/messages/78-share-fetch.ts'
import type { Client } from './client.ts'
import { append } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { Ack, beginShareGroup, ShareMember } from './share.ts'
import { createTopic, freshName } from './topics.ts'
import type { Topic } from './topics.ts'
import { versionsOf } from './versions.ts'

const LOCK_DURATION_MS = 30_000

describe('ShareFetch', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic
  let groupId: string

  const member = () => new ShareMember(client, groupId, topic)

  beforeEach(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster())
    groupId = freshName('share')
    await beginShareGroup(cluster(), groupId, topic)
  })

  describe.each(versionsOf(shareFetch))('v%i', (version) => {
    it('acquires records, and says for how long', async () => {
      await append(client, topic, batchOf(['a', 'b', 'c']))
      const response = await member().call({ version })
      expect(response).toMatchObject({
        errorCode: ErrorCode.NONE,
        acquisitionLockTimeoutMs: LOCK_DURATION_MS,
      })
      expect(response.responses[0]!.partitions[0]).toMatchObject({
        partitionIndex: 0,
        errorCode: ErrorCode.NONE,
        acknowledgeErrorCode: ErrorCode.NONE,
        acquiredRecords: [{ firstOffset: 0, lastOffset: 2, deliveryCount: 1 }],
      })
    })

    it('gives each record to one member only', async () => {
      await append(client, topic, batchOf(['a']))
      await append(client, topic, batchOf(['b']))
      expect(await member().acquire({ version, maxRecords: 1 })).toEqual(['a×1'])
      expect(await member().acquire({ version })).toEqual(['b×1'])
      expect(await member().acquire({ version })).toEqual([])
    })

    it('takes acknowledgements on the way', async () => {
      await append(client, topic, batchOf(['a', 'b', 'c']))
      const one = member()
      await one.acquire({ version })
      const answer = await one.fetch({ version, acknowledge: [[0, 2, Ack.ACCEPT, Ack.RELEASE, Ack.REJECT]] })
      expect(answer).toMatchObject({
        acknowledgeErrorCode: ErrorCode.NONE,
        acquiredRecords: [{ firstOffset: 1, lastOffset: 1, deliveryCount: 2 }],
      })
    })

    it('opens a session only with epoch 0, and keeps to the next one', async () => {
      const one = member()
      const codeOf = async (epoch: number) => (await one.call({ version, epoch })).errorCode
      expect(await codeOf(1)).toBe(ErrorCode.SHARE_SESSION_NOT_FOUND)
      expect(await codeOf(-1)).toBe(ErrorCode.SHARE_SESSION_NOT_FOUND)
      expect(await codeOf(0)).toBe(ErrorCode.NONE)
      expect(await codeOf(2)).toBe(ErrorCode.INVALID_SHARE_SESSION_EPOCH)
      expect(await codeOf(1)).toBe(ErrorCode.NONE)
      expect(await codeOf(-1)).toBe(ErrorCode.NONE)
      expect(await codeOf(2)).toBe(ErrorCode.SHARE_SESSION_NOT_FOUND)
    })

    it('acknowledges nothing when it opens a session', async () => {
      const response = await member().call({ version, acknowledge: [[0, 0, Ack.ACCEPT]] })
      expect(response.errorCode).toBe(ErrorCode.INVALID_REQUEST)
    })

    it.each([
      ['group id', { groupId: null }],
      ['group id that is not empty', { groupId: '' }],
      ['member id', { memberId: null }],
      ['member id that is not empty', { memberId: '' }],
    ])('needs a %s', async (_what, different) => {
      const request = { ...member().request({ version }), ...different }
      expect((await client.call(shareFetch, version, request)).errorCode).toBe(ErrorCode.INVALID_REQUEST)
    })

    it.each([
      ['offsets the wrong way round', [[2, 0, Ack.ACCEPT]]],
      ['no types', [[0, 2]]],
      ['too few types', [[0, 2, Ack.ACCEPT, Ack.ACCEPT]]],
      ['an unknown type', [[0, 0, 5]]],
      ['a negative type', [[0, 0, -1]]],
      [
        'overlapping batches',
        [
          [0, 1, Ack.ACCEPT],
          [0, 2, Ack.ACCEPT],
        ],
      ],
      ['a renewal that the request does not announce', [[0, 0, Ack.RENEW]]],
      ['offsets nobody was given', [[0, 9, Ack.ACCEPT]]],
    ] as const)('refuses acknowledgements with %s', async (_what, acknowledge) => {
      await append(client, topic, batchOf(['a', 'b', 'c']))
      const one = member()
      await one.acquire({ version })
      expect((await one.fetch({ version, acknowledge }))!.acknowledgeErrorCode).toBe(
        ErrorCode.INVALID_REQUEST,
      )
      expect(await one.acknowledge([[0, 2, Ack.ACCEPT]])).toBe(ErrorCode.NONE)
    })

    it('refuses a record acknowledged twice, and the rest with it: INVALID_RECORD_STATE', async () => {
      await append(client, topic, batchOf(['a', 'b', 'c']))
      const one = member()
      await one.acquire({ version })
      const acknowledge = [
        [0, 1, Ack.ACCEPT],
        [1, 2, Ack.ACCEPT],
      ] as const
      expect((await one.fetch({ version, acknowledge }))!.acknowledgeErrorCode).toBe(
        ErrorCode.INVALID_RECORD_STATE,
      )
      expect(await one.acknowledge([[0, 2, Ack.ACCEPT]])).toBe(ErrorCode.NONE)
    })

    it('knows no topic by an unknown id, and no partition by an unknown number', async () => {
      const stranger = new ShareMember(client, groupId, { name: 'nobody', id: 'ABEiM0RVZneImaq7zN3u_w' })
      expect((await stranger.fetch({ version }))!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
      const codeOf = async (index: number) => (await member().fetch({ version, index }))!.errorCode
      expect(await codeOf(7)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      expect(await codeOf(-1)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    })

    it('waits for records to come', async () => {
      const one = member()
      const coming = one.acquire({ version, maxWaitMs: 10_000 })
      const producer = await cluster().client()
      await append(producer, topic, batchOf(['late']))
      expect(await coming).toEqual(['late×1'])
      producer.close()
    })

    it('waits for records to be released', async () => {
      await append(client, topic, batchOf(['a']))
      const one = member()
      await one.acquire({ version })
      const other = new ShareMember(await cluster().client(), groupId, topic)
      const coming = other.acquire({ version, maxWaitMs: 10_000 })
      await one.acknowledge([[0, 0, Ack.RELEASE]])
      expect(await coming).toEqual(['a×2'])
      other.client.close()
    })
  })

  it('answers an incremental fetch only with what is new', async () => {
    const one = member()
    expect((await one.call()).responses).toHaveLength(1)
    expect((await one.call({ isIncremental: true })).responses).toHaveLength(0)
    await append(client, topic, batchOf(['a']))
    expect((await one.call({ isIncremental: true })).responses).toHaveLength(1)
  })

  it('gives back what a member holds when it closes its session', async () => {
    await append(client, topic, batchOf(['a', 'b']))
    const one = member()
    await one.acquire()
    await one.call({ epoch: -1, acknowledge: [[0, 0, Ack.ACCEPT]] })
    expect(await member().acquire()).toEqual(['b×2'])
  })

  it('gives back what a member holds when its connection ends', async () => {
    await append(client, topic, batchOf(['a']))
    const one = new ShareMember(await cluster().client(), groupId, topic)
    expect(await one.acquire()).toEqual(['a×1'])
    const waiting = member().acquire({ maxWaitMs: 10_000 })
    one.client.close()
    expect(await waiting).toEqual(['a×2'])
  })

  it('gives whole batches in mode 0, and maxRecords at most in mode 1 (KIP-1206)', async () => {
    await append(client, topic, batchOf(['a', 'b', 'c', 'd']))
    expect(await member().acquire({ mode: 1, maxRecords: 3 })).toEqual(['a×1', 'b×1', 'c×1'])
    await append(client, topic, batchOf(['e', 'f']))
    expect(await member().acquire({ mode: 0, maxRecords: 2 })).toEqual(['d×1', 'e×1', 'f×1'])
  })

  it('cuts the acquired ranges at batches of batchSize', async () => {
    for (const values of [['a', 'b'], ['c', 'd'], ['e']]) await append(client, topic, batchOf(values))
    const { acquiredRecords } = (await member().fetch({ batchSize: 2 }))!
    expect(acquiredRecords).toEqual([
      { firstOffset: 0, lastOffset: 1, deliveryCount: 1 },
      { firstOffset: 2, lastOffset: 3, deliveryCount: 1 },
      { firstOffset: 4, lastOffset: 4, deliveryCount: 1 },
    ])
  })

  it('gives the first batch even when it is larger than maxBytes', async () => {
    await append(client, topic, batchOf(['x'.repeat(1000)]))
    await append(client, topic, batchOf(['y']))
    expect(await member().acquire({ maxBytes: 100 })).toEqual([`${'x'.repeat(1000)}×1`])
  })

  it('renews locks with a fetch that asks for nothing (KIP-1222)', async () => {
    await append(client, topic, batchOf(['a']))
    const one = member()
    await one.acquire()
    const renewed = await one.fetch({ isRenewAck: true, acknowledge: [[0, 0, Ack.RENEW]] })
    expect(renewed).toMatchObject({ acknowledgeErrorCode: ErrorCode.NONE, acquiredRecords: [] })
    const greedy = await one.call({ isRenewAck: true, maxRecords: 1, acknowledge: [[0, 0, Ack.RENEW]] })
    expect(greedy.errorCode).toBe(ErrorCode.INVALID_REQUEST)
    expect(await one.acknowledge([[0, 0, Ack.ACCEPT]])).toBe(ErrorCode.NONE)
  })

  it('refuses acknowledgements of records another member holds', async () => {
    await append(client, topic, batchOf(['a']))
    await member().acquire()
    const other = member()
    await other.fetch()
    const answer = await other.fetch({ acknowledge: [[0, 0, Ack.ACCEPT]] })
    expect(answer!.acknowledgeErrorCode).toBe(ErrorCode.INVALID_RECORD_STATE)
  })

  it('gives up a record after five deliveries', async () => {
    await append(client, topic, batchOf(['poison']))
    const one = member()
    for (let delivery = 1; delivery <= 5; delivery++) {
      expect(await one.acquire()).toEqual([`poison×${delivery}`])
      expect(await one.acknowledge([[0, 0, Ack.RELEASE]])).toBe(ErrorCode.NONE)
    }
    expect(await one.acquire()).toEqual([])
    await append(client, topic, batchOf(['next']))
    expect(await one.acquire()).toEqual(['next×1'])
  })

  it('begins with what comes next when the group does not say otherwise', async () => {
    const [laterTopic, laterGroup] = [await createTopic(cluster()), freshName('share')]
    await append(client, laterTopic, batchOf(['before']))
    await beginShareGroup(cluster(), laterGroup, laterTopic, { 'share.session.timeout.ms': '45000' })
    const later = new ShareMember(client, laterGroup, laterTopic)
    expect(await later.acquire()).toEqual([])
    await append(client, laterTopic, batchOf(['after']))
    expect(await later.acquire()).toEqual(['after×1'])
  })

  it('says so to a group that never joined', async () => {
    const stranger = new ShareMember(client, freshName('nobody'), topic)
    expect((await stranger.fetch())!.errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })
})

describe('ShareFetch on a broker with room for one session', () => {
  const cluster = useCluster({ config: { 'group.share.max.share.sessions': '1' } })

  it('refuses a second member with SHARE_SESSION_LIMIT_REACHED', async () => {
    const client = await cluster().client()
    const [topic, groupId] = [await createTopic(cluster()), freshName('share')]
    await beginShareGroup(cluster(), groupId, topic)
    const first = new ShareMember(client, groupId, topic)
    await first.fetch()
    const second = new ShareMember(client, groupId, topic)
    expect((await second.call()).errorCode).toBe(ErrorCode.SHARE_SESSION_LIMIT_REACHED)
    await first.call({ epoch: -1 })
    expect((await second.call()).errorCode).toBe(ErrorCode.NONE)
  })
})
