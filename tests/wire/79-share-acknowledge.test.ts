import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { shareAcknowledge } from '../../src/broker/protocol/messages/79-share-acknowledge.ts'
import type { Client } from './client.ts'
import { append } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { Ack, beginShareGroup, ShareMember } from './share.ts'
import { createTopic, freshName } from './topics.ts'
import type { Topic } from './topics.ts'
import { versionsOf } from './versions.ts'

describe('ShareAcknowledge', () => {
  const cluster = useCluster()
  let client: Client
  let topic: Topic
  let groupId: string
  let member: ShareMember

  beforeEach(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster())
    groupId = freshName('share')
    await beginShareGroup(cluster(), groupId, topic)
    await append(client, topic, batchOf(['a', 'b', 'c', 'd']))
    member = new ShareMember(client, groupId, topic)
  })

  describe.each(versionsOf(shareAcknowledge))('v%i', (version) => {
    it('accepts, releases, rejects, and takes gaps', async () => {
      await member.acquire()
      const types = [Ack.ACCEPT, Ack.RELEASE, Ack.REJECT, Ack.GAP] as const
      expect(await member.acknowledge([[0, 3, ...types]], { version })).toBe(ErrorCode.NONE)
      expect(await member.acquire()).toEqual(['b×2'])
    })

    it('answers records the member does not hold with INVALID_RECORD_STATE', async () => {
      await member.acquire()
      expect(await member.acknowledge([[0, 0, Ack.ACCEPT]], { version })).toBe(ErrorCode.NONE)
      expect(await member.acknowledge([[1, 1, Ack.RELEASE]], { version })).toBe(ErrorCode.NONE)
      expect(await member.acknowledge([[1, 1, Ack.ACCEPT]], { version })).toBe(ErrorCode.INVALID_RECORD_STATE)
    })

    it('answers impossible batches with INVALID_REQUEST', async () => {
      await member.acquire()
      expect(await member.acknowledge([[3, 0, Ack.ACCEPT]], { version })).toBe(ErrorCode.INVALID_REQUEST)
      expect(await member.acknowledge([[0, 3, 9]], { version })).toBe(ErrorCode.INVALID_REQUEST)
      expect(await member.acknowledge([[0, 4, Ack.ACCEPT]], { version })).toBe(ErrorCode.INVALID_REQUEST)
    })

    it('needs the session of a fetch, and its next epoch', async () => {
      const codeOf = (epoch: number) => member.acknowledge([[0, 3, Ack.ACCEPT]], { version, epoch })
      expect(await codeOf(1)).toBe(ErrorCode.SHARE_SESSION_NOT_FOUND)
      await member.acquire()
      expect(await codeOf(0)).toBe(ErrorCode.INVALID_SHARE_SESSION_EPOCH)
      expect(await codeOf(2)).toBe(ErrorCode.INVALID_SHARE_SESSION_EPOCH)
      expect(await codeOf(1)).toBe(ErrorCode.NONE)
      expect(await codeOf(-1)).toBe(ErrorCode.NONE)
      expect(await codeOf(-1)).toBe(ErrorCode.SHARE_SESSION_NOT_FOUND)
    })

    it('gives back the rest when it closes the session', async () => {
      await member.acquire()
      expect(await member.acknowledge([[0, 1, Ack.ACCEPT]], { version, epoch: -1 })).toBe(ErrorCode.NONE)
      expect(await new ShareMember(client, groupId, topic).acquire()).toEqual(['c×2', 'd×2'])
    })

    it.each([
      ['group', { groupId: null }],
      ['member', { memberId: null }],
    ])('needs a %s', async (_what, different) => {
      const request = { groupId, memberId: 'm', shareSessionEpoch: 1, topics: [], ...different }
      const { errorCode } = await client.call(shareAcknowledge, version, request)
      expect(errorCode).toBe(ErrorCode.INVALID_REQUEST)
    })
  })

  it('renews only what the request announces, and says for how long (v2, KIP-1222)', async () => {
    await member.acquire()
    const renew = [[0, 3, Ack.RENEW]] as const
    expect(await member.acknowledge(renew, { version: 1 })).toBe(ErrorCode.INVALID_REQUEST)
    expect(await member.acknowledge(renew)).toBe(ErrorCode.INVALID_REQUEST)
    expect(await member.acknowledge(renew, { isRenewAck: true })).toBe(ErrorCode.NONE)
    const { acquisitionLockTimeoutMs } = await client.call(shareAcknowledge, 2, {
      groupId,
      memberId: member.memberId,
      shareSessionEpoch: member.epoch,
      topics: [],
    })
    expect(acquisitionLockTimeoutMs).toBe(30_000)
  })
})
