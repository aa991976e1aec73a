import type { HandlersOf } from '../../../shared/channel/server.ts'
import type { sessionGroups } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { attempt } from '../topics/attempt.ts'
import { pause } from '../topics/topic-list.ts'
import { watchGroups } from './group-list.ts'
import { figuresOf, sampleGroup } from './group-sampler.ts'
import { deleteGroup, previewReset, resetOffsets } from './reset.ts'

const SAMPLE_INTERVAL_MS = 1_000

export interface GroupAccess {
  /** Impatient: what is not answered soon is asked again a second later. */
  watching: ClusterAccess
  /** Patient: what changes groups is asked once. */
  changing: ClusterAccess
}

export function groupHandlers({
  watching,
  changing,
}: GroupAccess): HandlersOf<{ groups: typeof sessionGroups }>['groups'] {
  return {
    watch: (_input, signal) => watchGroups(watching, signal),
    figures: async ({ groupIds }) => {
      const asked = await Promise.all(groupIds.map((groupId) => attempt(() => figuresOf(watching, groupId))))
      // A group that is gone, or whose coordinator moves, has no figures just now.
      return asked.flatMap((told) => (told.ok ? [told.value] : []))
    },
    watchGroup: async function* ({ groupId }, signal) {
      while (!signal.aborted) {
        yield await attempt(() => sampleGroup(watching, groupId))
        await pause(SAMPLE_INTERVAL_MS, signal)
      }
    },
    previewReset: ({ groupId, partitions, target }) => previewReset(changing, groupId, partitions, target),
    reset: ({ groupId, offsets }) => resetOffsets(changing, groupId, offsets),
    delete: ({ groupId }) => deleteGroup(changing, groupId),
  }
}
