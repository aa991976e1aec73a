/** librdkafka, as it comes from its makers, against `ottla up`. */
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { useCluster } from '../../clients/cluster.ts'
import type { Client } from '../../clients/groups-churn/churn.ts'
import { CHURN_CONFIG, PARTITIONS, churn, restart } from '../../clients/groups-churn/churn.ts'
import { Coordinator } from '../../clients/groups-churn/coordinator.ts'
import type { GroupType } from '../../clients/groups-churn/coordinator.ts'
import { MemberProcess } from '../../clients/groups-churn/member-process.ts'
import { createTopic, newTopic, readMessages } from '../../clients/kafkajs/client.ts'
import { librdkafkaVersion, prepareLibrdkafka } from './librdkafka.ts'

const missing = prepareLibrdkafka()
if (missing !== null) process.stderr.write(`librdkafka is not tested: ${missing}.\n`)

const programOf = (name: string) => fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
const soon = { timeout: 20_000 }

const KINDS = [
  ['range', 'classic'],
  ['cooperative-sticky', 'classic'],
  ['consumer', 'consumer'],
] as const satisfies [string, GroupType][]

/** The last that is told of a rebalance. */
const OVER = { classic: ['rebalance-completed', 'rebalance-settled'], consumer: ['group-settled'] } as const

function clientOf(kind: string, type: GroupType): Client {
  return { name: `librdkafka-${kind}`, type, program: programOf('member'), more: [kind] }
}

describe.skipIf(missing !== null)('librdkafka', () => {
  const cluster = useCluster({ config: CHURN_CONFIG })

  test('is one that has the consumer protocol', () => {
    const [major, minor] = librdkafkaVersion().split('.').map(Number)
    expect([major, minor]).toEqual([2, 12])
  })

  test('produces idempotently with acks=all while a leader is killed: each record once, in order', async () => {
    const topic = await createTopic(cluster(), { partitions: 3 })
    const count = 2_000
    const args = [programOf('produce'), cluster().bootstrapServers, topic, '3', `${count}`]
    const producer = new MemberProcess('producer', args)
    onTestFinished(() => producer.kill())
    await vi.waitFor(() => expect(producer.got.length).toBeGreaterThan(count / 4), soon)
    await cluster().ottla('broker', 'kill', '2')
    onTestFinished(async () => void (await cluster().ottla('broker', 'start', '2')))
    await producer.ended

    expect(producer.got).toHaveLength(count)
    const read = await readMessages(cluster(), topic, count)
    const values = [0, 1, 2].map((wanted) =>
      read.filter(({ partition }) => partition === wanted).map(({ value }) => Number(value)),
    )
    const numbers = Array.from({ length: count }, (_, number) => number)
    expect(values).toEqual([0, 1, 2].map((wanted) => numbers.filter((number) => number % 3 === wanted)))
  })

  test.each(KINDS)('%s: members join, leave, die and hang', async (kind, type) => {
    const { wentBack } = await churn(cluster(), clientOf(kind, type), 8)
    expect(wentBack).toEqual([])
  })

  test.each(KINDS)(
    '%s: who comes after all were killed begins where they had committed',
    async (kind, type) => {
      await restart(cluster(), clientOf(kind, type))
    },
  )

  test.each(KINDS)(
    '%s: a static member that returns has its partitions, without a rebalance',
    async (kind, type) => {
      const topic = await createTopic(cluster(), { partitions: PARTITIONS })
      const coordinator = await Coordinator.of(cluster(), newTopic('group'), type)
      const join = (name: string) => {
        const args = [
          programOf('member'),
          cluster().bootstrapServers,
          coordinator.groupId,
          topic,
          name,
          kind,
          name,
        ]
        const member = new MemberProcess(name, args)
        onTestFinished(() => member.kill())
        return member
      }
      const untilStable = () =>
        vi.waitFor(async () => {
          const described = await coordinator.describe()
          expect(described).toMatchObject({ state: 'Stable', members: [{}, {}] })
          expect(described.members.map(({ partitions }) => partitions.length)).toEqual([3, 3])
          return described.members.toSorted((a, b) => a.clientId.localeCompare(b.clientId))
        }, soon)
      join('one')
      const two = join('two')
      const before = await untilStable()
      const happened = async () => {
        const { out } = await cluster().ottla('history', '--json', '--group', coordinator.groupId)
        return out
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { kind: string }).kind)
      }
      // What the members see is told a moment later.
      const earlier = await vi.waitFor(async () => {
        const kinds = await happened()
        expect(OVER[type]).toContain(kinds.findLast((kind) => /^(rebalance|group)-/u.test(kind)))
        return kinds
      }, soon)

      // librdkafka's classic member says on leaving that it does not come back, static or not; one that dies does not.
      // The consumer protocol has a word for coming back (epoch -2), and lets nobody in without it.
      await { classic: () => two.kill(), consumer: () => two.leave() }[type]()
      join('two')
      await vi.waitFor(async () => expect(await happened()).toContain('static-member-returned'), soon)

      expect(await untilStable()).toEqual(before)
      const kinds = (await happened()).slice(earlier.length)
      expect(kinds.filter((each) => each.startsWith('rebalance-') || each === 'group-epoch-began')).toEqual(
        [],
      )
    },
  )
})
