import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { describeCluster } from '../../src/broker/protocol/messages/60-describe-cluster.ts'
import { Cluster, CLUSTER_ID, useCluster } from './harness.ts'
import { until } from './until.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

const NOT_ASKED_FOR = -(2 ** 31)
const BROKERS = 1
const CONTROLLERS = 2

describe.each(versionsOf(describeCluster))('DescribeCluster v%i', (version) => {
  const cluster = useCluster({ brokers: 3, rack: (brokerId) => `rack-${brokerId}` })

  it('tells the cluster, its controller and its brokers, whichever is asked', async () => {
    const controllerId = await cluster().controllerId()
    for (const id of cluster().brokerIds) {
      const client = await cluster().client(id)
      const answer = await client.call(describeCluster, version, {})
      const brokers = [1, 2, 3].map((brokerId) => ({
        brokerId,
        ...cluster().address(brokerId),
        rack: `rack-${brokerId}`,
        isFenced: false,
      }))
      expect({ ...answer, brokers: answer.brokers.toSorted((a, b) => a.brokerId - b.brokerId) }).toEqual({
        throttleTimeMs: 0,
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        endpointType: BROKERS,
        clusterId: CLUSTER_ID,
        controllerId,
        brokers,
        clusterAuthorizedOperations: NOT_ASKED_FOR,
      })
    }
  })
})

describe.each(versionsOf(describeCluster))('DescribeCluster v%i of somebody with every right', (version) => {
  const cluster = useCluster()

  it('tells on demand that everything may be done', async () => {
    const client = await cluster().client()
    const answer = await client.call(describeCluster, version, { includeClusterAuthorizedOperations: true })
    // Create, alter, describe, cluster action, both for configs, idempotent write.
    expect(answer.clusterAuthorizedOperations).toBe(0b1_1111_1010_0000)
  })
})

describe('DescribeCluster', () => {
  let cluster: Cluster

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 2 })
  })
  afterEach(() => cluster.stop())

  it.each(versionsFrom(describeCluster, 1))(
    'v%i: of controllers is MISMATCHED_ENDPOINT_TYPE, of others UNSUPPORTED',
    async (version) => {
      const client = await cluster.client()
      const controllers = await client.call(describeCluster, version, { endpointType: CONTROLLERS })
      expect(controllers).toMatchObject({ errorCode: ErrorCode.MISMATCHED_ENDPOINT_TYPE, brokers: [] })
      expect(controllers.errorMessage).toMatch(/\w/)
      for (const endpointType of [0, 3, -1]) {
        const { errorCode, brokers } = await client.call(describeCluster, version, { endpointType })
        expect([errorCode, brokers]).toEqual([ErrorCode.UNSUPPORTED_ENDPOINT_TYPE, []])
      }
    },
  )

  it('leaves fenced brokers out, but to v2 when it asks for them', async () => {
    const client = await cluster.client(1)
    await cluster.silenceBroker(2)
    cluster.brokerDied(2)
    await until('the fence', async () => (await client.call(describeCluster, 2, {})).brokers.length === 1)
    for (const version of versionsOf(describeCluster)) {
      const { brokers } = await client.call(
        describeCluster,
        version,
        since(2, version, { includeFencedBrokers: true }, {}),
      )
      const states = brokers.map(({ brokerId, isFenced }) => [brokerId, isFenced])
      expect(states.toSorted()).toEqual(
        since(
          2,
          version,
          [
            [1, false],
            [2, true],
          ],
          [[1, false]],
        ),
      )
    }
  })
})
