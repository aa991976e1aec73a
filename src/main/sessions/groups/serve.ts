import type { HandlersOf } from '../../../shared/channel/server.ts'
import { FailureError } from '../../../shared/channel/failure.ts'
import type { sessionGroups } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { attempt } from '../topics/attempt.ts'
import { pause } from '../pause.ts'
import { watchGroups } from './group-list.ts'
import { sampleGroup } from './group-sampler.ts'
import type { GroupWatch } from './group-sampler.ts'
import type { LagRecorder } from './lag-recorder.ts'
import { PaceTracker } from './pace.ts'
import type { TimeOf } from './reset.ts'
import { forceRebalance, memberSessions, resetActive } from './steer.ts'
import { WaitingSince } from './waiting-since.ts'
import { deleteGroup, deleteOffsets, previewReset, removeMember, resetOffsets } from './reset.ts'

const SAMPLE_INTERVAL_MS = 1_000
/** What the ids of local clusters begin with. */
const LOCAL = 'local:'
/** What is known of groups that were looked at last, so that a page that is opened again knows it at once. */
const KEPT_WATCHES = 20

export interface GroupAccess {
  /** Impatient: what is not answered soon is asked again a second later. */
  watching: ClusterAccess
  /** Patient: what changes groups is asked once. */
  changing: ClusterAccess
  lags: LagRecorder
  timeOf: TimeOf
}

export function groupHandlers({
  watching,
  changing,
  lags,
  timeOf,
}: GroupAccess): HandlersOf<{ groups: typeof sessionGroups }>['groups'] {
  const watches = new Map<string, GroupWatch>()
  const watchOf = (groupId: string) => {
    const watch = watches.get(groupId) ?? { pace: new PaceTracker(), waiting: new WaitingSince(timeOf) }
    watches.delete(groupId)
    watches.set(groupId, watch)
    for (const oldest of [...watches.keys()].slice(0, -KEPT_WATCHES)) watches.delete(oldest)
    return watch
  }
  return {
    watch: (_input, signal) => watchGroups(watching, signal),
    figures: async ({ groupIds, isBrief }) => {
      const told = await attempt(() => lags.figures(groupIds, isBrief === true))
      return told.ok ? told.value : []
    },
    watchGroup: async function* ({ groupId }, signal) {
      const watch = watchOf(groupId)
      while (!signal.aborted) {
        yield await attempt(() => sampleGroup(watching, groupId, watch))
        await pause(SAMPLE_INTERVAL_MS, signal)
      }
    },
    previewReset: ({ groupId, partitions, target }) =>
      previewReset(changing, groupId, partitions, target, timeOf),
    reset: async ({ groupId, offsets }) => {
      await resetOffsets(changing, groupId, offsets)
      watches.get(groupId)?.pace.forget()
    },
    delete: ({ groupId }) => deleteGroup(changing, groupId),
    deleteOffsets: ({ groupId, partitions }) => deleteOffsets(changing, groupId, partitions),
    removeMember: ({ groupId, memberId, groupInstanceId }) =>
      removeMember(changing, groupId, { memberId, groupInstanceId }),
    sessions: async ({ cluster, groupId }) => memberSessions(watching, ofLocal(cluster, groupId)),
    rebalance: async ({ cluster, groupId }) => forceRebalance(changing, ofLocal(cluster, groupId)),
    resetActive: async ({ cluster, groupId, offsets }) => {
      await resetActive(changing, ofLocal(cluster, groupId), offsets)
      watches.get(groupId)?.pace.forget()
    },
    lagHistory: ({ groupId, fromMs }) => lags.history(groupId, fromMs),
  }
}

/** Kafka has no such request: a broker that is asked all the same hangs up. */
function ofLocal(cluster: string, groupId: string): string {
  if (cluster.startsWith(LOCAL)) return groupId
  throw new FailureError({
    code: 'LOCAL_ONLY',
    message: 'Only a local cluster lets its groups be steered: Kafka has no request for it.',
  })
}
