/** Groups of three kinds of real clients, at the same time in one cluster, whose members join, leave, die and hang. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { useCluster } from '../cluster.ts'
import type { Client } from './churn.ts'
import { CHURN_CONFIG, churn, restart } from './churn.ts'

const SEED = 5

const programOf = (name: string) => fileURLToPath(new URL(`members/${name}.mjs`, import.meta.url))

const kafkajs: Client = { name: 'kafkajs', type: 'classic', program: programOf('kafkajs') }

/** It says nothing of offsets that go back: after a rebalance it commits what it has read of partitions it lost. */
const platformatic: readonly Client[] = (['classic', 'consumer'] as const).map((type) => ({
  name: `platformatic-${type}`,
  type,
  program: programOf('platformatic'),
  more: [type],
}))

const cluster = useCluster({ config: CHURN_CONFIG })

test('every record arrives, no partition has two owners, and the group is stable again each time', async () => {
  const [first] = await Promise.all(
    [kafkajs, ...platformatic].map((client, index) => churn(cluster(), client, SEED + index)),
  )
  expect(first).toMatchObject({ wentBack: [] })
})

test('whoever comes after all were killed begins exactly at the committed offsets', async () => {
  await Promise.all([kafkajs, ...platformatic].map((client) => restart(cluster(), client)))
})
