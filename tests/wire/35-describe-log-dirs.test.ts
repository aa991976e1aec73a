import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeLogDirs } from '../../src/broker/protocol/messages/35-describe-log-dirs.ts'
import { append } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf, batchOfSize } from './records.ts'
import { createTopic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsOf } from './versions.ts'

describe('DescribeLogDirs', () => {
  const cluster = useCluster({ brokers: 3 })

  it.each(versionsOf(describeLogDirs))(
    'v%i: where the logs are, how large, and on what volume',
    async (version) => {
      const topic = await createTopic(cluster(), {
        assignment: [
          [1, 2],
          [1, 3],
          [2, 3],
        ],
      })
      const client = await cluster().client(1)
      await append(client, topic, batchOfSize(10_000), 0)
      const asked = [{ topic: topic.name, partitions: [0, 1, 2, 9] }]
      const answer = await client.call(describeLogDirs, version, { topics: asked })
      expect([answer.throttleTimeMs, answer.errorCode]).toEqual([0, ErrorCode.NONE])
      const [directory] = answer.results
      expect(answer.results).toHaveLength(1)
      expect(directory!.errorCode).toBe(ErrorCode.NONE)
      expect([isAbsolute(directory!.logDir), existsSync(join(directory!.logDir, 'log.db'))]).toEqual([
        true,
        true,
      ])
      const [described] = directory!.topics
      expect(directory!.topics).toHaveLength(1)
      expect(described!.name).toBe(topic.name)
      // Partition 2 is on other brokers, 9 nowhere.
      expect(described!.partitions).toEqual([
        { partitionIndex: 0, partitionSize: expect.any(Number), offsetLag: 0, isFutureKey: false },
        { partitionIndex: 1, partitionSize: 0, offsetLag: 0, isFutureKey: false },
      ])
      const size = described!.partitions[0]!.partitionSize
      expect([size > 10_000, size < 11_000]).toEqual([true, true])
      const { totalBytes, usableBytes } = directory!
      expect([totalBytes >= usableBytes, usableBytes > 0]).toEqual(
        since(4, version, [true, true], [true, false]),
      )
      expect(directory!.isCordoned).toBe(false)
    },
  )

  it('null topics asks for all, an empty list for none', async () => {
    const topic = await createTopic(cluster(), { assignment: [[1]] })
    const client = await cluster().client(1)
    const ask = async (topics: [] | null) =>
      (await client.call(describeLogDirs, 4, { topics })).results[0]!.topics
    expect((await ask(null)).map(({ name }) => name)).toContain(topic.name)
    expect(await ask([])).toEqual([])
  })

  it('a follower tells what it has: as large as its leader’s, with no lag once it has caught up', async () => {
    const topic = await createTopic(cluster(), { assignment: [[1, 2]] })
    const [leader, follower] = [await cluster().client(1), await cluster().client(2)]
    await append(leader, topic, batchOf(['a', 'b', 'c']))
    const ask = async (client: typeof leader) => {
      const { results } = await client.call(describeLogDirs, 4, {
        topics: [{ topic: topic.name, partitions: [0] }],
      })
      return results[0]!.topics[0]!.partitions[0]!
    }
    const onLeader = await ask(leader)
    const onFollower = await until('the follower to know', async () => {
      const described = await ask(follower)
      return described.offsetLag === 0 && described
    })
    expect(onFollower).toEqual(onLeader)
  })
})
