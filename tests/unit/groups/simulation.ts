/**
 * A seeded run of consumers against a coordinator: they join, commit, leave, die, come back, while the coordinator
 * reloads and its log refuses writes. The consumers do what real ones do with each code. What must hold is checked
 * on the way; `violations` says what did not.
 */
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import type { Call } from './call.ts'
import { settle } from '../fake-clock.ts'
import { GROUP, Harness } from './harness.ts'
import type { JoinOptions } from './harness.ts'

const PARTITIONS = 8
const HEARTBEAT_MS = 1_000
const BACK_OFF_MS = 100
const SESSION_MS = 10_000
const REBALANCE_MS = 15_000

/** A small generator (mulberry32): the same numbers for the same seed. */
class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
}

/** One process: dead ones stay dead, and their successors are new ones. */
class Consumer {
  readonly name: string
  readonly #run: Simulation
  readonly #options: JoinOptions
  memberId = ''
  generationId = -1
  owned: number[] | null = null
  isAlive = true

  constructor(run: Simulation, name: string, options: JoinOptions) {
    this.#run = run
    this.name = name
    this.#options = options
  }

  /** A static member's owner is its instance: who runs it may change within a generation. */
  get owner(): string {
    return this.#options.instanceId ?? this.memberId
  }

  async join(): Promise<void> {
    this.owned = null
    if (!this.isAlive) return
    const call = this.#run.watch(this.#run.harness.join({ ...this.#options, memberId: this.memberId }))
    const {
      errorCode,
      memberId = '',
      generationId = -1,
      leader,
      members = [],
      skipAssignment,
    } = await call.response
    if (!this.isAlive) return
    switch (errorCode) {
      case ErrorCode.NONE: {
        this.memberId = memberId
        this.generationId = generationId
        const leads = leader === memberId && skipAssignment !== true
        return this.#sync(leads ? assign(members.map((member) => member.memberId ?? '')) : {})
      }
      case ErrorCode.MEMBER_ID_REQUIRED:
        this.memberId = memberId
        return this.join()
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.FENCED_INSTANCE_ID:
        this.memberId = ''
        return this.#later(() => this.join())
      default:
        return this.#later(() => this.join())
    }
  }

  async #sync(assignments: Readonly<Record<string, string>>): Promise<void> {
    const { instanceId = null } = this.#options
    const call = this.#run.watch(
      this.#run.harness.sync(this.memberId, this.generationId, assignments, instanceId),
    )
    const { errorCode, assignment } = await call.response
    if (!this.isAlive) return
    if (errorCode !== ErrorCode.NONE) return this.#rejoinAfter(errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR)
    const text = assignment?.toString() ?? ''
    this.owned = text === '' ? [] : text.split(',').map(Number)
    this.#run.owns(this, this.owned)
    this.#later(() => this.#heartbeat(), HEARTBEAT_MS)
  }

  async #heartbeat(): Promise<void> {
    if (!this.isAlive || this.owned === null) return
    const errorCode = await this.#run.harness.heartbeat(
      this.memberId,
      this.generationId,
      this.#options.instanceId,
    )
    if (errorCode !== ErrorCode.NONE) return this.#rejoinAfter(errorCode)
    await this.#commit()
    this.#later(() => this.#heartbeat(), HEARTBEAT_MS)
  }

  async #commit(): Promise<void> {
    const { owned, memberId, generationId } = this
    if (owned === null || owned.length === 0 || !this.isAlive) return
    const { instanceId } = this.#options
    await this.#run.commit(this.#run.dice.pick(owned), {
      memberId,
      generationId,
      ...(instanceId && { instanceId }),
    })
  }

  #rejoinAfter(errorCode: number): void {
    this.owned = null
    if (errorCode === ErrorCode.UNKNOWN_MEMBER_ID || errorCode === ErrorCode.FENCED_INSTANCE_ID)
      this.memberId = ''
    this.#later(() => this.join())
  }

  async leave(): Promise<void> {
    this.isAlive = false
    const { instanceId } = this.#options
    await this.#run.harness.leave(instanceId === undefined ? this.memberId : `#${instanceId}`)
  }

  #later(run: () => Promise<void>, delayMs = BACK_OFF_MS): void {
    this.#run.harness.clock.setTimer(delayMs, () => void run())
  }
}

/** Every partition to one member, in turn. */
function assign(memberIds: readonly string[]): Record<string, string> {
  const shares = memberIds.map((_, index) =>
    Array.from({ length: PARTITIONS }, (__, partition) => partition).filter(
      (p) => p % memberIds.length === index,
    ),
  )
  return Object.fromEntries(memberIds.map((memberId, index) => [memberId, (shares[index] ?? []).join(',')]))
}

export class Simulation {
  readonly harness: Harness
  readonly dice: Dice
  readonly violations: string[] = []
  readonly #consumers: Consumer[] = []
  readonly #calls: Call<unknown>[] = []
  /** Owners by generation and partition. */
  readonly #owners = new Map<string, string>()
  readonly #acknowledged = new Map<number, number>()
  #commits = 0
  #names = 0
  generations = new Set<number>()
  reloads = 0
  refusals = 0

  constructor(seed: number) {
    this.dice = new Dice(seed)
    this.harness = new Harness({ topics: { t: PARTITIONS } })
  }

  get alive(): Consumer[] {
    return this.#consumers.filter(({ isAlive }) => isAlive)
  }

  /** Disorder for a while. */
  async disturb(steps: number): Promise<void> {
    await settle()
    this.#start()
    this.#start()
    for (let step = 0; step < steps; step++) {
      await this.#disturbOnce()
      await this.harness.clock.elapse(this.dice.pick([0, 0, 50, 500, 1_000, 3_000, 12_000]))
    }
    this.harness.log.release()
    await settle()
  }

  async #disturbOnce(): Promise<void> {
    const { alive, dice, harness } = this
    const roll = dice.next()
    if (roll < 0.25 && alive.length < 6) this.#start()
    else if (roll < 0.35 && alive.length > 2) void dice.pick(alive).leave()
    else if (roll < 0.5 && alive.length > 2) dice.pick(alive).isAlive = false
    else if (roll < 0.58) await this.#reload()
    else if (roll < 0.66) this.#refuse()
    else if (roll < 0.7) this.#restartStatic()
    else if (roll < 0.76) void dice.pick(alive).join()
    else if (roll < 0.84) harness.log.hold()
    else harness.log.release()
  }

  #start(instanceId?: string): void {
    const isStatic = instanceId !== undefined || this.dice.next() < 0.3
    const name = `c${++this.#names}`
    const consumer = new Consumer(this, name, {
      version: this.dice.pick([3, 5, 9]),
      clientId: name,
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
      ...(isStatic && { instanceId: instanceId ?? `static-${name}`, version: this.dice.pick([5, 8, 9]) }),
    })
    this.#consumers.push(consumer)
    void consumer.join()
  }

  /** A static member's process dies and starts anew. */
  #restartStatic(): void {
    const candidates = this.alive.filter(
      ({ owner }) => owner.startsWith('static-') && !owner.includes('uuid'),
    )
    const [consumer] = candidates
    if (consumer === undefined) return
    consumer.isAlive = false
    this.#start(consumer.owner)
  }

  #refuse(): void {
    this.refusals++
    const code = this.dice.pick([
      ErrorCode.NOT_ENOUGH_REPLICAS,
      ErrorCode.REQUEST_TIMED_OUT,
      ErrorCode.KAFKA_STORAGE_ERROR,
    ])
    this.harness.log.refuseNext(code, {
      isInLog: code === ErrorCode.REQUEST_TIMED_OUT && this.dice.next() < 0.5,
    })
  }

  /** Whatever is stable is the same after a reload. */
  async #reload(): Promise<void> {
    this.reloads++
    const { harness } = this
    harness.log.release()
    await settle()
    const before = await harness.describe()
    const offsets = await harness.offsets()
    await harness.failOver()
    const after = await harness.describe()
    const isStable = before.groupState === 'Stable' && before.errorCode === 0
    if (isStable && JSON.stringify(after) !== JSON.stringify(before))
      this.violations.push('a reload changed the group')
    const isKnown = before.errorCode === 0
    if (isKnown && JSON.stringify(await harness.offsets()) !== JSON.stringify(offsets)) {
      this.violations.push('a reload changed offsets')
    }
  }

  /** Order returns; gives the group time to become stable. */
  async calmDown(): Promise<void> {
    this.harness.log.heal()
    await this.harness.clock.elapse(2 * SESSION_MS + 3 * REBALANCE_MS)
  }

  watch<T>(call: Call<T>): Call<T> {
    this.#calls.push(call)
    return call
  }

  get waiting(): number {
    return this.#calls.filter(({ isAnswered }) => !isAnswered).length
  }

  owns({ owner, generationId }: Consumer, partitions: readonly number[]): void {
    this.generations.add(generationId)
    for (const partition of partitions) {
      const key = `${generationId}/${partition}`
      const other = this.#owners.get(key)
      if (other !== undefined && other !== owner) {
        this.violations.push(`generation ${generationId}: partition ${partition} of ${other} and ${owner}`)
      }
      this.#owners.set(key, owner)
    }
  }

  /** Offsets grow with every commit, so the newest acknowledged one is the least that may be read from then on. */
  async commit(partition: number, member: { memberId: string; generationId: number }): Promise<void> {
    const offset = ++this.#commits
    const errorCode = await this.harness.commit(offset, { partition, ...member })
    if (errorCode !== ErrorCode.NONE) return
    this.#acknowledged.set(partition, Math.max(offset, this.#acknowledged.get(partition) ?? -1))
  }

  /** Checks the committed offsets against what was acknowledged. */
  async checkOffsets(): Promise<number> {
    const offsets = await this.harness.offsets()
    for (const [partition, acknowledged] of this.#acknowledged) {
      const offset = offsets[`t-${partition}`] ?? -1
      if (offset < acknowledged)
        this.violations.push(`partition ${partition}: ${acknowledged} acknowledged, ${offset} kept`)
    }
    return this.#acknowledged.size
  }

  /** What the living believe to own, sorted; the same generation for all. */
  async finalOwners() {
    const { groupState, members = [] } = await this.harness.describe()
    return {
      group: GROUP,
      groupState,
      members: members.length,
      generations: new Set(this.alive.map(({ generationId }) => generationId)).size,
      partitions: this.alive.flatMap(({ owned }) => owned ?? []).sort((a, b) => a - b),
    }
  }
}
