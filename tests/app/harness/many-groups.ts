import { ErrorCode, errorName } from '../../../src/broker/protocol/errors.ts'
import { offsetCommit } from '../../../src/broker/protocol/messages/08-offset-commit.ts'
import { findCoordinator } from '../../../src/broker/protocol/messages/10-find-coordinator.ts'
import type { Address } from '../../wire/client.ts'
import { Client } from '../../wire/client.ts'
import { until } from '../../wire/until.ts'

/** Connections to each coordinator: a broker has one request of a connection in work at a time. */
const LANES = 16
const GROUP = 0
const NO_GENERATION = -1

/** What a group without members has committed: the first partition of a topic. */
export interface CommittedGroup {
  groupId: string
  offset: number
}

/** Makes groups by one commit each, over the wire: a client's own admin would take minutes for thousands. */
export async function commitGroups(
  servers: string,
  topic: string,
  groups: readonly CommittedGroup[],
): Promise<void> {
  const byCoordinator = await coordinatorsOf(servers, groups)
  await Promise.all(
    [...byCoordinator].flatMap(([address, own]) =>
      Array.from({ length: LANES }, async (_, lane) => {
        const client = await Client.open(addressOf(address))
        for (let at = lane; at < own.length; at += LANES) await commit(client, topic, own[at]!)
        client.close()
      }),
    ),
  )
}

async function commit(client: Client, topic: string, { groupId, offset }: CommittedGroup): Promise<void> {
  await until(`the commit of ${groupId}`, async () => {
    const partition = { partitionIndex: 0, committedOffset: offset, committedMetadata: '' }
    const answer = await client.call(offsetCommit, 8, {
      groupId,
      generationIdOrMemberEpoch: NO_GENERATION,
      memberId: '',
      topics: [{ name: topic, partitions: [partition] }],
    })
    return answer.topics[0]?.partitions[0]?.errorCode === ErrorCode.NONE
  })
}

/** Groups by the address of the broker that looks after them. */
async function coordinatorsOf(
  servers: string,
  groups: readonly CommittedGroup[],
): Promise<Map<string, CommittedGroup[]>> {
  const client = await Client.open(addressOf(servers.split(',')[0] ?? ''))
  const coordinatorKeys = groups.map(({ groupId }) => groupId)
  // The first one who asks makes the topic in which offsets are kept.
  const told = await until('the coordinators', async () => {
    const { coordinators } = await client.call(findCoordinator, 6, { keyType: GROUP, coordinatorKeys })
    const failed = coordinators.find(({ errorCode }) => errorCode !== ErrorCode.NONE)
    if (failed === undefined) return coordinators
    if (failed.errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE) return null
    throw new Error(`${failed.key}: ${errorName(failed.errorCode)}`)
  })
  client.close()
  const addresses = new Map(told.map(({ key, host, port }) => [key, `${host}:${port}`]))
  const found = new Map<string, CommittedGroup[]>()
  for (const group of groups) {
    const address = addresses.get(group.groupId) ?? ''
    found.set(address, [...(found.get(address) ?? []), group])
  }
  return found
}

function addressOf(text: string): Address {
  const [host = '', port] = text.split(':')
  return { host, port: Number(port) }
}
