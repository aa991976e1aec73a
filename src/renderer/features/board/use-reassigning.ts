import { computed, ref, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { PartitionName, Reassignments, RefusedPartition } from '../../../shared/ipc/board.ts'
import { useRepeated } from '../../composables/watched.ts'
import { useClient } from '../../ipc.ts'
import type { Plan } from './plan.ts'
import { movesOf, without, withMove } from './plan.ts'
import type { BoardRow } from './rows.ts'
import { keyOf } from './state.ts'

const LOOK_MS = 500

/** A plan of moves, what became of it, and what is under way. */
export function useReassigning(cluster: string, isWatched: Ref<boolean>) {
  const client = useClient()
  const plan = shallowRef<Plan>(new Map())
  const throttle = ref<number | ''>('')
  const running = ref(false)
  const refused = shallowRef<readonly RefusedPartition[]>([])
  const failure = shallowRef<Failure | null>(null)
  const underway = shallowRef<Reassignments>({ moving: [], throttleBytesPerSecond: null })
  /** Whether what was asked for has come to its end, and was not called off. */
  const isDone = ref(false)
  let isCalledOff = false

  const look = async () => {
    const told = await client.board.reassignments({ cluster })
    if (told.ok) underway.value = told.value
  }
  useRepeated(look, LOOK_MS, isWatched)
  watch(
    () => underway.value.moving.length,
    (now, before) => (isDone.value = now === 0 && before > 0 && !isCalledOff),
    { flush: 'sync' },
  )

  const isThrottleValid = computed(
    () => throttle.value === '' || (Number.isSafeInteger(throttle.value) && Number(throttle.value) > 0),
  )

  const carry = (row: BoardRow | undefined, from: number, to: number) => {
    if (row?.kind !== 'partition') return
    plan.value = withMove(plan.value, row.partition, {
      topic: row.topic,
      partition: row.partition.partition,
      from,
      to,
    })
  }

  const take = (result: { ok: true; value: RefusedPartition[] } | { ok: false; failure: Failure }) => {
    failure.value = result.ok ? null : result.failure
    refused.value = result.ok ? result.value : []
  }

  /** What the cluster refused stays planned. */
  const run = async () => {
    if (!isThrottleValid.value || plan.value.size === 0) return
    running.value = true
    isDone.value = false
    isCalledOff = false
    const asked = plan.value
    const throttleBytesPerSecond = throttle.value === '' ? null : throttle.value
    const result = await client.board.reassign({ cluster, moves: movesOf(asked), throttleBytesPerSecond })
    running.value = false
    take(result)
    if (!result.ok) return
    const left = new Set(result.value.map(keyOf))
    plan.value = new Map([...asked].filter(([key]) => left.has(key)))
    await look()
    // Small replicas are there before anybody has looked.
    if (underway.value.moving.length === 0 && left.size < asked.size) isDone.value = true
  }

  const cancel = async (partitions: PartitionName[]) => {
    isCalledOff = partitions.length === underway.value.moving.length
    const names = partitions.map(({ topic, partition }) => ({ topic, partition }))
    take(await client.board.cancel({ cluster, partitions: names }))
    await look()
  }

  const removeThrottle = async () => {
    const result = await client.board.removeThrottle({ cluster })
    failure.value = result.ok ? null : result.failure
    await look()
  }

  return {
    plan,
    throttle,
    isThrottleValid,
    running,
    refused,
    failure,
    underway,
    isDone,
    carry,
    run,
    cancel,
    removeThrottle,
    dropMove: (name: PartitionName) => (plan.value = without(plan.value, name)),
    dropPlan: () => (plan.value = new Map()),
  }
}

export type Reassigning = ReturnType<typeof useReassigning>
