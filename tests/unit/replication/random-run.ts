/**
 * A cluster under random trouble: produces, crashes, restarts, cut links, brokers deaf to metadata, elections, time
 * that passes. After every step the promises of replication are checked, and at the end, when all is well again,
 * that no acknowledged record was lost.
 */
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { contentOf, produceTo } from './requests.ts'
import { settle, turn } from './until.ts'

const BROKERS = [1, 2, 3]
const MAX_ROUNDS_TO_HEAL = 200

interface Acknowledged {
  value: string
  offset: number
}

export interface RandomRunResult {
  acknowledged: number
  elections: number
  /** Sentences about broken promises; none is what a test hopes for. */
  violations: string[]
}

export interface RandomRunOptions {
  seed: number
  steps: number
  minInsyncReplicas: number
}

export async function randomRun(options: RandomRunOptions): Promise<RandomRunResult> {
  const run = new RandomRun(options)
  try {
    for (let step = 0; step < options.steps; step++) await run.step()
    await run.heal()
    return run.result()
  } finally {
    await run.close()
  }
}

class RandomRun {
  readonly #cluster = new TestCluster()
  readonly #random: () => number
  readonly #acknowledged: Acknowledged[] = []
  readonly #violations: string[] = []
  /** What was once committed, by offset: it may never change, whoever leads. */
  readonly #committed = new Map<number, string>()
  /** Highest high watermark seen of each leader in each of its epochs. */
  readonly #highWatermarks = new Map<string, number>()
  readonly #pending = new Set<Promise<unknown>>()
  #produced = 0

  constructor({ seed, minInsyncReplicas }: RandomRunOptions) {
    this.#random = generator(seed)
    this.#cluster.controller.createTopic(TOPIC, [BROKERS], {
      'min.insync.replicas': String(minInsyncReplicas),
    })
  }

  async step(): Promise<void> {
    const actions: [weight: number, run: () => void][] = [
      [12, () => this.#produce(-1)],
      [4, () => this.#produce(1)],
      [2, () => this.#kill(this.#any(BROKERS))],
      [4, () => this.#restart(this.#any(BROKERS))],
      [2, () => this.#cluster.cut.add(`${this.#any(BROKERS)}>${this.#any(BROKERS)}`)],
      [3, () => this.#cluster.cut.clear()],
      [1, () => this.#cluster.controller.deaf.add(this.#any(BROKERS))],
      [3, () => this.#hearAgain()],
      [2, () => (this.#cluster.controller.isFrozen = true)],
      [3, () => (this.#cluster.controller.isFrozen = false)],
      [3, () => this.#elect()],
      [2, () => this.#cluster.controller.fence(this.#any(BROKERS))],
      [3, () => this.#unfence(this.#any(BROKERS))],
      [6, () => this.#cluster.clock.advance(Math.floor(this.#random() * 2_000))],
      [1, () => this.#cluster.clock.advance(Math.floor(this.#random() * 60_000))],
    ]
    this.#pick(actions)()
    const turns = Math.floor(this.#random() * 12)
    for (let i = 0; i < turns; i++) await turn()
    this.#check()
  }

  /** Ends all trouble and waits until every replica is in sync. */
  async heal(): Promise<void> {
    const { controller, cut, clock } = this.#cluster
    cut.clear()
    controller.isFrozen = false
    this.#hearAgain()
    for (const id of BROKERS) this.#restart(id)
    for (const id of BROKERS) this.#unfence(id)
    for (let round = 0; round < MAX_ROUNDS_TO_HEAL && !this.#isHealed(); round++) {
      clock.advance(1_000)
      await settle(10)
      this.#check()
    }
    await Promise.allSettled(this.#pending)
    if (!this.#isHealed()) {
      const partition = controller.image.partition(TOPIC, 0)
      this.#violate(`never healed: ${JSON.stringify({ partition, logs: this.#ends() })}`)
    }
  }

  result(): RandomRunResult {
    const { leader, leaderEpoch } = this.#cluster.controller.image.partition(TOPIC, 0)!
    const contents = BROKERS.map((id) => contentOf(this.#cluster, id))
    for (const content of contents) {
      if (JSON.stringify(content) !== JSON.stringify(contents[0])) this.#violate('the replicas differ')
    }
    const values = new Map(contentOf(this.#cluster, leader).map((each) => [offsetOf(each), valueOf(each)]))
    for (const { value, offset } of this.#acknowledged) {
      if (values.get(offset) !== value)
        this.#violate(`lost: ${value} at ${offset}, there is ${values.get(offset)}`)
    }
    return { acknowledged: this.#acknowledged.length, elections: leaderEpoch, violations: this.#violations }
  }

  close(): Promise<void> {
    return this.#cluster.close()
  }

  #produce(acks: number): void {
    const { leader } = this.#cluster.controller.image.partition(TOPIC, 0)!
    // Now and then to a broker that only believes it leads.
    const target = leader >= 0 && this.#random() < 0.8 ? leader : this.#any(BROKERS)
    if (!this.#cluster.broker(target).isRunning) return
    const value = `${acks === -1 ? 'all' : 'one'}-${this.#produced++}`
    const answer = produceTo(this.#cluster, target, [value], { acks, timeoutMs: 30_000 }).then(
      ({ errorCode, baseOffset }) => {
        if (acks === -1 && errorCode === ErrorCode.NONE)
          this.#acknowledged.push({ value, offset: baseOffset })
      },
      () => undefined,
    )
    this.#pending.add(answer)
    void answer.finally(() => this.#pending.delete(answer))
  }

  #kill(id: number): void {
    if (!this.#cluster.broker(id).isRunning) return
    this.#cluster.kill(id)
    this.#cluster.controller.fence(id)
  }

  #restart(id: number): void {
    if (this.#cluster.broker(id).isRunning) return
    this.#cluster.controller.deaf.delete(id)
    this.#cluster.start(id)
  }

  #hearAgain(): void {
    for (const id of BROKERS) {
      if (this.#cluster.broker(id).isRunning) this.#cluster.controller.tell(this.#cluster.broker(id))
    }
  }

  /** Another leader while the old one is well: what a preferred election does. */
  #elect(): void {
    const partition = this.#cluster.controller.image.partition(TOPIC, 0)!
    const { isr } = partition
    const replicas = [...partition.replicas].sort(() => this.#random() - 0.5)
    this.#cluster.controller.elect({ ...partition, replicas }, isr)
  }

  #unfence(id: number): void {
    const isFenced = this.#cluster.controller.image.brokers.get(id)!.fenced
    if (isFenced && this.#cluster.broker(id).isRunning) this.#cluster.controller.unfence(id)
  }

  #check(): void {
    for (const id of BROKERS) {
      if (!this.#cluster.broker(id).isRunning) continue
      const partition = this.#cluster.partition(id)
      const { log } = partition
      if (log.highWatermark > log.logEndOffset) this.#violate(`broker ${id}: high watermark beyond the end`)
      this.#checkCommitted(id, log.highWatermark)
      if (partition.isLeader) this.#checkLeader(id, partition.leaderEpoch, log.highWatermark)
    }
  }

  #checkLeader(id: number, leaderEpoch: number, highWatermark: number): void {
    const key = `${id} in epoch ${leaderEpoch}`
    const before = this.#highWatermarks.get(key) ?? 0
    if (highWatermark < before)
      this.#violate(`leader ${key}: high watermark fell from ${before} to ${highWatermark}`)
    this.#highWatermarks.set(key, highWatermark)
  }

  #checkCommitted(id: number, highWatermark: number): void {
    for (const record of contentOf(this.#cluster, id)) {
      const offset = offsetOf(record)
      if (offset >= highWatermark) return
      const known = this.#committed.get(offset)
      if (known === undefined) this.#committed.set(offset, record)
      else if (known !== record) this.#violate(`broker ${id} has ${record} where ${known} was committed`)
    }
  }

  #isHealed(): boolean {
    const { leader, isr } = this.#cluster.controller.image.partition(TOPIC, 0)!
    if (leader < 0 || isr.length < BROKERS.length) return false
    const ends = this.#ends()
    const { log } = this.#cluster.partition(leader)
    return ends.every((end) => end === ends[0]) && log.highWatermark === log.logEndOffset
  }

  #ends(): number[] {
    return BROKERS.map((id) => this.#cluster.partition(id).log.logEndOffset)
  }

  #violate(sentence: string): void {
    if (!this.#violations.includes(sentence)) this.#violations.push(sentence)
  }

  #any<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)]!
  }

  #pick(actions: readonly [number, () => void][]): () => void {
    let point = this.#random() * actions.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, run] of actions) {
      point -= weight
      if (point < 0) return run
    }
    return () => undefined
  }
}

function offsetOf(record: string): number {
  return Number(record.slice(0, record.indexOf(':')))
}

function valueOf(record: string): string {
  return record.slice(record.lastIndexOf(':') + 1)
}

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
