import { offsetFetchV8, offsetFetchV9 } from '@platformatic/kafka'
import type { GroupSummary } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { keyOf } from '../groups/bounds.ts'
import { listGroups } from '../groups/group-list.ts'
import { refuse } from '../refusals.ts'

/** Version 8 (Kafka 3.0) was the first to tell of several groups at once. */
const OFFSET_FETCH = [offsetFetchV9, offsetFetchV8] as const
const NO_EPOCH = -1
const NOTHING = -1n
/** Groups of one question. */
const ASKED_AT_ONCE = 100

/** `group → partition → committed offset`. */
export type Commits = ReadonlyMap<string, ReadonlyMap<string, number>>

/**
 * What all groups have committed; null where that is not to be had. All or nothing: a sum over the groups that happen
 * to answer would jump with every coordinator that moves.
 */
export async function allCommits(access: ClusterAccess): Promise<Commits | null> {
  const chosen = await access.find(OFFSET_FETCH)
  if (!chosen) return null
  const { groups, unheard } = await listGroups(access)
  if (unheard.length > 0) return null
  const fetch = async (coordinator: number, asked: readonly GroupSummary[]) => {
    const answer = await answered(
      chosen.api.async(
        await access.broker(coordinator),
        asked.map(({ groupId }) => ({ groupId, memberId: null, memberEpoch: NO_EPOCH, topics: null })),
        false,
      ),
    )
    return answer.groups.map(({ groupId, errorCode, topics }) => {
      refuse(errorCode)
      const offsets = topics.flatMap(({ name, partitions }) =>
        partitions
          .filter((each) => each.errorCode === 0 && each.committedOffset > NOTHING)
          .map(
            (each) =>
              [keyOf({ topic: name, partition: each.partitionIndex }), Number(each.committedOffset)] as const,
          ),
      )
      return [groupId, new Map(offsets)] as const
    })
  }
  const questions = [...new Set(groups.map(({ coordinator }) => coordinator))].flatMap((coordinator) =>
    chunked(
      groups.filter((group) => group.coordinator === coordinator),
      ASKED_AT_ONCE,
    ).map((asked) => fetch(coordinator, asked)),
  )
  return new Map((await Promise.all(questions)).flat())
}

function chunked<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  )
}
