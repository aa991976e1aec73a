import { setTimeout as delay } from 'node:timers/promises'
import type { HandlersOf } from '../../../shared/channel/server.ts'
import type { ReplicaMove, sessionBoard } from '../../../shared/ipc/board.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { attempt } from '../topics/attempt.ts'
import { CaughtUp } from './caught-up.ts'
import { Coordinators } from './coordinators.ts'
import { electPreferred } from './elect.ts'
import { partitionFigures } from './figures.ts'
import { movingPartitions } from './moving.ts'
import { alterReassignments } from './reassign.ts'
import { listReassignments, watchShape } from './shape.ts'
import { Throttle } from './throttle.ts'

const THROTTLE_LOOK_MS = 500

export interface BoardAccess {
  /** Impatient: the board is looked at a few times a second. */
  watching: ClusterAccess
  /** For what no look may wait for. */
  aside: ClusterAccess
  /** Patient: what changes the cluster is asked once. */
  changing: ClusterAccess
}

export function boardHandlers({
  watching,
  aside,
  changing,
}: BoardAccess): HandlersOf<{ board: typeof sessionBoard }>['board'] {
  const coordinators = new Coordinators(aside)
  const caughtUp = new CaughtUp()
  const throttle = new Throttle(changing)
  let isEnding = false

  /** A reassignment says nothing when it is done, so the cluster is asked. */
  const endThrottle = async () => {
    if (isEnding) return
    isEnding = true
    while (throttle.isSet) {
      await delay(THROTTLE_LOOK_MS)
      const listed = await attempt(() => listReassignments(changing))
      if (listed.ok && !throttle.isFor(listed.value)) await throttle.remove()
    }
    isEnding = false
  }

  const reassign = async (moves: readonly ReplicaMove[], bytesPerSecond: number | null) => {
    if (bytesPerSecond === null) return alterReassignments(changing, moves)
    try {
      await throttle.set(moves, bytesPerSecond)
      return await alterReassignments(changing, moves)
    } finally {
      void endThrottle()
    }
  }

  return {
    watch: (_input, signal) => watchShape(watching, coordinators, signal),
    figures: ({ partitions }) => partitionFigures(watching, caughtUp, partitions),
    reassign: ({ moves, throttleBytesPerSecond }) => reassign(moves, throttleBytesPerSecond),
    cancel: ({ partitions }) =>
      alterReassignments(
        changing,
        partitions.map((each) => ({ ...each, replicas: null })),
      ),
    reassignments: async () => {
      const { brokers } = await aside.metadata([])
      const ids = brokers.map(({ id }) => id)
      const [listed, rate] = await Promise.all([listReassignments(aside), throttle.rate(ids)])
      return { moving: await movingPartitions(aside, listed), throttleBytesPerSecond: rate }
    },
    removeThrottle: () => throttle.removeAll(),
    elect: ({ topics }) => electPreferred(changing, topics),
  }
}
