import { ZERO_UUID } from '../../../../src/broker/protocol/schema.ts'
import { metadata } from '../../../../src/broker/protocol/messages/03-metadata.ts'
import { findCoordinator } from '../../../../src/broker/protocol/messages/10-find-coordinator.ts'
import { apiVersions } from '../../../../src/broker/protocol/messages/18-api-versions.ts'
import { describeCluster } from '../../../../src/broker/protocol/messages/60-describe-cluster.ts'
import { describeQuorum } from '../../../../src/broker/protocol/messages/55-describe-quorum.ts'
import type { Session } from '../session.ts'
import type { Scenario } from './scenario.ts'

const SOFTWARE = { clientSoftwareName: 'scenario', clientSoftwareVersion: '1.0' }

async function ranges(session: Session): Promise<void> {
  const client = await session.client()
  const { apiKeys } = await client.call(apiVersions, 4, SOFTWARE)
  session.see(
    'ranges',
    Object.fromEntries(apiKeys.map((key) => [key.apiKey, `${key.minVersion}-${key.maxVersion}`])),
  )
}

export const metadataScenarios: Scenario[] = [
  {
    name: 'api versions',
    async run(session) {
      await ranges(session)
      const { supportedFeatures, finalizedFeatures, finalizedFeaturesEpoch, zkMigrationReady, errorCode } =
        await (await session.client()).call(apiVersions, 4, SOFTWARE)
      session.see('features', {
        supported: Object.fromEntries(supportedFeatures.map((each) => [each.name, each])),
        finalized: Object.fromEntries(finalizedFeatures.map((each) => [each.name, each])),
        hasEpoch: finalizedFeaturesEpoch >= 0,
        zkMigrationReady,
        errorCode,
      })
      const old = await (await session.client()).call(apiVersions, 3, SOFTWARE)
      session.see('features told to version 3', old.supportedFeatures.map(({ name }) => name).toSorted())
      for (const name of ['', 'has space', '-dash-', 'ok.name-1']) {
        const { errorCode: refused } = await (
          await session.connect()
        ).call(apiVersions, 3, { clientSoftwareName: name, clientSoftwareVersion: '1' })
        session.see(`software called "${name}"`, refused)
      }
    },
  },
  {
    name: 'metadata',
    async run(session) {
      await session.createTopic('meta', {
        assignment: [
          [1, 2, 3],
          [2, 3, 1],
        ],
      })
      const client = await session.client(3)
      for (let version = 0; version <= 13; version++) {
        await session.ask(`version ${version}`, client, metadata, version, { topics: [{ name: 'meta' }] })
      }
      const none = { allowAutoTopicCreation: false }
      const ask = (step: string, version: number, ...topics: { name: string | null; topicId?: string }[]) =>
        session.ask(step, client, metadata, version, { ...none, topics })
      await ask('an unknown name', 12, { name: 'meta-unknown' })
      await ask('an invalid name', 12, { name: 'meta unknown' })
      await ask('an empty name', 12, { name: '' })
      await ask('a name twice', 12, { name: 'meta' }, { name: 'meta' })
      await ask('an unknown id', 12, { name: null, topicId: '0123456789abcdef01234w' })
      await ask('the zero id', 12, { name: null, topicId: ZERO_UUID })
      await ask('an id in version 10', 10, { name: null, topicId: '0123456789abcdef01234w' })
      await ask('none', 12)
      await session.ask('authorized operations', client, metadata, 8, {
        topics: [{ name: 'meta' }],
        includeClusterAuthorizedOperations: true,
        includeTopicAuthorizedOperations: true,
      })
      await session.ask('a topic made by asking', client, metadata, 4, {
        topics: [{ name: 'meta-auto' }],
        allowAutoTopicCreation: true,
      })
      await session.ask('a bad topic not made by asking', client, metadata, 4, {
        topics: [{ name: 'meta auto' }],
        allowAutoTopicCreation: true,
      })
    },
  },
  {
    name: 'cluster',
    async run(session) {
      const client = await session.client(2)
      await session.ask('version 0', client, describeCluster, 0, {})
      await session.ask('version 1', client, describeCluster, 1, {})
      await session.ask('version 2', client, describeCluster, 2, { includeFencedBrokers: true })
      await session.ask('controllers', client, describeCluster, 1, { endpointType: 2 })
      await session.ask('an unknown kind of endpoint', client, describeCluster, 1, { endpointType: 3 })
      await session.ask('authorized operations', client, describeCluster, 1, {
        includeClusterAuthorizedOperations: true,
      })
      const quorum = await client.call(describeQuorum, 2, {
        topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }],
      })
      const partition = quorum.topics[0]!.partitions[0]!
      session.see('quorum', {
        errorCode: quorum.errorCode,
        partitionError: partition.errorCode,
        voters: partition.currentVoters.length > 0,
        knownLeader: partition.leaderId > 0,
      })
      await session.ask('quorum of another topic', client, describeQuorum, 2, {
        topics: [{ topicName: 'other', partitions: [{ partitionIndex: 0 }] }],
      })
      await session.ask('quorum of another partition', client, describeQuorum, 2, {
        topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 1 }] }],
      })
    },
  },
  {
    name: 'find coordinator',
    async run(session) {
      const client = await session.client()
      await session.coordinatorOf('find')
      const see = async (
        step: string,
        version: number,
        request: Parameters<typeof client.call<typeof findCoordinator>>[2],
      ) => {
        const answer = await client.call(findCoordinator, version, request)
        const isKnown = (nodeId: number) => (nodeId > 0 ? '<a broker>' : nodeId)
        session.see(step, {
          ...answer,
          nodeId: isKnown(answer.nodeId),
          coordinators: answer.coordinators.map((each) => ({ ...each, nodeId: isKnown(each.nodeId) })),
        })
      }
      for (const version of [0, 1, 2, 3]) await see(`version ${version}`, version, { key: 'find' })
      for (const version of [4, 5, 6])
        await see(`version ${version}`, version, { coordinatorKeys: ['find', 'find-2'] })
      await see('an empty key', 6, { coordinatorKeys: [''] })
      await see('an unknown kind of key', 6, { keyType: 7, coordinatorKeys: ['find'] })
      await see('an unknown kind of key in version 3', 3, { keyType: 7, key: 'find' })
      await see('a share partition badly named', 6, { keyType: 2, coordinatorKeys: ['find'] })
      await see('a share partition in version 5', 5, { keyType: 2, coordinatorKeys: ['find'] })
      await see('no keys', 6, { coordinatorKeys: [] })
    },
  },
]
