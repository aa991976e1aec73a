import { onTestFinished } from 'vitest'
import type { Coordinator } from './coordinator.ts'

const PAUSE_MS = 20

/** What never may be, seen again and again while a group lives. */
export interface Watch {
  /** When a partition had two owners. */
  readonly twoOwners: readonly string[]
  /** When an offset was committed that is less than the one before it. */
  readonly wentBack: readonly string[]
  stop(): Promise<void>
}

/** Asks the coordinator again and again, until it is told to stop or the test is over. */
export function watch(coordinator: Coordinator, topic: string, partitions: number): Watch {
  const [twoOwners, wentBack]: [string[], string[]] = [[], []]
  const highest = new Map<number, number>()
  let isOver = false

  const look = async () => {
    const { state, members } = await coordinator.describe()
    const owners = new Map<number, string>()
    for (const { clientId, partitions: held } of members) {
      for (const partition of held) {
        const other = owners.get(partition)
        if (other !== undefined) twoOwners.push(`${state}: ${other} and ${clientId} both own ${partition}`)
        owners.set(partition, clientId)
      }
    }
    for (const [partition, offset] of await coordinator.committed(topic, partitions)) {
      const before = highest.get(partition) ?? 0
      if (offset < before) wentBack.push(`${state}: ${partition} from ${before} to ${offset}`)
      highest.set(partition, offset)
    }
  }
  const run = async () => {
    while (!isOver) {
      await look()
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  const done = run()
  const stop = () => {
    isOver = true
    return done
  }
  onTestFinished(stop)
  return { twoOwners, wentBack, stop }
}
