import type { GroupFigures, LagPoint } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import type { SeenGroup } from './figures.ts'
import { seenGroups } from './figures.ts'
import { listGroups } from './group-list.ts'
import type { LagStore } from './lag-store.ts'

/** Of one question to a coordinator. */
const ASKED_AT_ONCE = 200
const RECENT_POINTS = 60
/** Groups nobody has seen for so long are forgotten. */
const FORGOTTEN_AFTER_MS = 10 * 60_000

interface Course {
  recent: LagPoint[]
  committed: number
  /** Since when nothing has been committed while the lag grew. */
  stalledSinceMs: number | null
  seenMs: number
}

/** Looks at all groups of an open cluster, and remembers how their lags went. */
export class LagRecorder {
  readonly #access: ClusterAccess
  readonly #store: LagStore | null
  readonly #courses = new Map<string, Course>()
  /** Whose lags these are; null while no broker has told yet. */
  #clusterId: string | null = null

  /** @param store null: only what fits in memory is remembered */
  constructor(access: ClusterAccess, store: LagStore | null) {
    this.#access = access
    this.#store = store
  }

  /** One look at every group. */
  async record(): Promise<void> {
    await this.#identify()
    const { groups } = await listGroups(this.#access)
    const lags = new Map<string, number | null>()
    for (let from = 0; from < groups.length; from += ASKED_AT_ONCE) {
      const groupIds = groups.slice(from, from + ASKED_AT_ONCE).map(({ groupId }) => groupId)
      for (const seen of await seenGroups(this.#access, groupIds)) {
        lags.set(seen.groupId, seen.lag)
        this.#take(seen, Date.now(), true)
      }
    }
    const nowMs = Date.now()
    for (const [groupId, { seenMs }] of this.#courses)
      if (seenMs < nowMs - FORGOTTEN_AFTER_MS) this.#courses.delete(groupId)
    this.#store?.add(nowMs, lags)
  }

  /** Figures of a few groups right now, with how they went so far. */
  async figures(groupIds: readonly string[], isBrief: boolean): Promise<GroupFigures[]> {
    const seen = await seenGroups(this.#access, groupIds)
    const nowMs = Date.now()
    return seen.map((each) => {
      const { recent, stalledSinceMs } = this.#take(each, nowMs, false)
      const { groupId, members, topics, lag } = each
      return {
        groupId,
        members,
        topics,
        lag,
        recent: isBrief ? [] : [...recent, { atMs: nowMs, lag }],
        stalledMs: stalledSinceMs === null ? null : nowMs - stalledSinceMs,
      }
    })
  }

  history(groupId: string, fromMs: number): LagPoint[] {
    const kept = this.#clusterId === null ? [] : (this.#store?.history(groupId, fromMs) ?? [])
    const recent = this.#courses.get(groupId)?.recent ?? []
    const last = recent.at(-1)
    if (kept.length === 0) return recent.filter(({ atMs }) => atMs >= fromMs)
    // The last lag still holds.
    return last === undefined || last.atMs <= (kept.at(-1)?.atMs ?? 0) ? kept : [...kept, last]
  }

  /** A cluster of the same name or at the same addresses may be another one by now. */
  async #identify(): Promise<void> {
    const { clusterId } = await this.#access.metadata([])
    const told = clusterId ?? ''
    if (told === this.#clusterId) return
    if (this.#clusterId !== null) this.#courses.clear()
    this.#store?.claim(told)
    this.#clusterId = told
  }

  #take({ groupId, lag, committed }: SeenGroup, nowMs: number, isKept: boolean): Course {
    const known = this.#courses.get(groupId)
    const course = known ?? { recent: [], committed, stalledSinceMs: null, seenMs: nowMs }
    this.#courses.set(groupId, course)
    const before = course.recent.at(-1)?.lag ?? null
    course.seenMs = nowMs
    if (committed !== course.committed || lag === null || lag === 0) course.stalledSinceMs = null
    else if (before !== null && lag > before) course.stalledSinceMs ??= nowMs
    course.committed = committed
    // Also the first look of all, so that there is a trend from the first second on.
    if (isKept || known === undefined)
      course.recent = [...course.recent, { atMs: nowMs, lag }].slice(-RECENT_POINTS)
    return course
  }
}
