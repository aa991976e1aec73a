import { listGroupsV4, listGroupsV5 } from '@platformatic/kafka'
import { isDeepStrictEqual } from 'node:util'
import type { Result } from '../../../shared/channel/failure.ts'
import type { GroupList, GroupSummary } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { attempt } from '../topics/attempt.ts'
import { pause } from '../pause.ts'

/** Version 4 was the first to tell states, 5 the first to tell types. */
const LIST_GROUPS = [listGroupsV5, listGroupsV4] as const
const LOOK_INTERVAL_MS = 1_000

/** All groups of a cluster, again whenever something about them has changed. */
export async function* watchGroups(
  access: ClusterAccess,
  signal: AbortSignal,
): AsyncGenerator<Result<GroupList>> {
  let told: Result<GroupList> | null = null
  while (!signal.aborted) {
    const now = await attempt(() => listGroups(access))
    if (!isDeepStrictEqual(now, told)) yield now
    told = now
    await pause(LOOK_INTERVAL_MS, signal)
  }
}

/** Every coordinator tells of its own groups only, so each broker is asked. */
export async function listGroups(access: ClusterAccess): Promise<GroupList> {
  const { brokers } = await access.metadata([])
  const asked = await Promise.all(
    brokers.map(async ({ id }) => ({ id, told: await attempt(() => groupsOf(access, id)) })),
  )
  const groups = asked.flatMap(({ told }) => (told.ok ? told.value : []))
  return {
    groups: groups.sort((one, other) => (one.groupId < other.groupId ? -1 : 1)),
    unheard: asked.flatMap(({ id, told }) => (told.ok ? [] : [{ broker: id, failure: told.failure }])),
  }
}

async function groupsOf(access: ClusterAccess, broker: number): Promise<GroupSummary[]> {
  const { api } = await access.choose(LIST_GROUPS)
  const answer = await answered(api.async(await access.broker(broker), [], []))
  refuse(answer.errorCode)
  return answer.groups.map((group) => ({
    groupId: group.groupId,
    state: group.groupState,
    protocolType: group.protocolType,
    groupType: 'groupType' in group ? group.groupType.toLowerCase() : null,
    coordinator: broker,
  }))
}
