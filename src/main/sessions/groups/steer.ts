import type { Reader } from '@platformatic/kafka'
import { Writer, createAPI } from '@platformatic/kafka'
import type { GroupPosition, MemberSession } from '../../../shared/ipc/groups.ts'
import { FailureError } from '../../../shared/channel/failure.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { coordinatorOf } from './coordinator.ts'

/*
 * SteerGroup, a request of Ottla's own which only brokers of a local cluster know: the engine has it in
 * protocol/messages/internal/steer-group.ts. ApiVersions does not tell of it.
 */
const KEY = 10_002
const ACTIONS = { look: 0, rebalance: 1, setOffsets: 2 } as const
const INVALID_REQUEST = 42
/** As an offset: nothing shall be committed. */
const NOTHING = -1n
/** As a leader epoch. */
const NOT_KNOWN = -1

type Offsets = readonly GroupPosition[]

interface Answer {
  errorCode: number
  errorMessage: string | null
  members: MemberSession[]
}

const steerGroup = createAPI<[groupId: string, action: number, offsets: Offsets], Answer>(
  KEY,
  0,
  (groupId: string, action: number, offsets: Offsets) => {
    const topics = [...new Set(offsets.map(({ topic }) => topic))]
    return Writer.create()
      .appendString(groupId)
      .appendInt8(action)
      .appendArray(topics, (writer, name) => {
        writer.appendString(name).appendArray(
          offsets.filter(({ topic }) => topic === name),
          (each, { partition, offset, leaderEpoch = NOT_KNOWN, metadata = null }) => {
            each.appendInt32(partition).appendInt64(offset === null ? NOTHING : BigInt(offset))
            each.appendInt32(leaderEpoch).appendString(metadata)
          },
        )
      })
      .appendTaggedFields()
  },
  (_correlationId, _key, _version, reader) => ({
    errorCode: reader.readInt16(),
    errorMessage: reader.readNullableString(),
    members: reader.readArray((each: Reader) => ({
      memberId: each.readString(),
      silentMs: Number(each.readInt64()),
      sessionTimeoutMs: each.readInt32(),
      rebalanceTimeoutMs: each.readInt32(),
      awaits: each.readString(),
    })),
  }),
)

async function steer(
  access: ClusterAccess,
  groupId: string,
  action: keyof typeof ACTIONS,
  offsets: Offsets = [],
): Promise<Answer> {
  const { connection } = await coordinatorOf(access, groupId)
  const answer = await steerGroup.async(connection, groupId, ACTIONS[action], offsets)
  if (answer.errorCode === INVALID_REQUEST && answer.errorMessage !== null) {
    throw new FailureError({ code: 'GROUP_NOT_STEERED', message: answer.errorMessage })
  }
  refuse(answer.errorCode, answer.errorMessage)
  return answer
}

/** The members' sessions as the coordinator keeps them. */
export async function memberSessions(access: ClusterAccess, groupId: string): Promise<MemberSession[]> {
  return (await steer(access, groupId, 'look')).members
}

export async function forceRebalance(access: ClusterAccess, groupId: string): Promise<void> {
  await steer(access, groupId, 'rebalance')
}

/** Puts the members out, sets or takes away the offsets, lets the members in again: for the coordinator one step. */
export async function resetActive(access: ClusterAccess, groupId: string, offsets: Offsets): Promise<void> {
  await steer(access, groupId, 'setOffsets', offsets)
}
