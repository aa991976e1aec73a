import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'
import { keyOf } from './bounds.ts'
import type { TimeOf } from './reset.ts'

interface Asked {
  offset: number
  atMs: number
  sinceMs: number | null
}

/** A group that catches up is elsewhere at every look: how often the record where it is then is read. */
const APART_MS = 5_000
const AT_A_TIME = 4

/**
 * How long the first record that a group has not consumed has been waiting, as its own time stamp tells: for groups
 * that were behind before anybody looked.
 */
export class WaitingSince {
  readonly #timeOf: TimeOf
  readonly #asked = new Map<string, Asked>()
  #underway = 0

  constructor(timeOf: TimeOf) {
    this.#timeOf = timeOf
  }

  /**
   * Milliseconds since the epoch; null while it is not known, or nobody can tell. Never waits: a record is read beside,
   * and the next look knows it.
   */
  of({ topic, partition }: GroupPartitionName, offset: number, nowMs: number): number | null {
    const key = keyOf({ topic, partition })
    const known = this.#asked.get(key)
    const isRecent = known !== undefined && (known.offset === offset || nowMs - known.atMs < APART_MS)
    if (!isRecent && this.#underway < AT_A_TIME) {
      const asked = { offset, atMs: nowMs, sinceMs: known?.sinceMs ?? null }
      this.#asked.set(key, asked)
      void this.#ask({ topic, partition, offset }, asked)
    }
    return known?.sinceMs ?? null
  }

  async #ask(record: Parameters<TimeOf>[0], asked: Asked): Promise<void> {
    this.#underway += 1
    try {
      asked.sinceMs = await this.#timeOf(record)
    } finally {
      this.#underway -= 1
    }
  }
}
