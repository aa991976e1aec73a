import type { Failure } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type {
  DemoEvent,
  DemoHappening,
  DemoMember,
  DemoMemberState,
  DemoProducer,
  DemoSettings,
  DemoState,
} from '../../shared/ipc/demo.ts'
import { DEMO_GROUP, DEMO_STALL_MS, DEMO_TOPIC } from '../../shared/ipc/demo.ts'
import type { ClientHappening, DemoRole } from './contract.ts'
import type { BeginThread, DemoThread } from './demo-thread.ts'

const KEPT_EVENTS = 200
const FIRST_MEMBERS = 2
/** A goodbye may have to wait for a coordinator that does not answer. */
const GOODBYE_MS = 5_000

export interface DemoOptions {
  cluster: string
  bootstrapServers: string[]
  settings: DemoSettings
  begin: BeginThread
  nowMs: () => number
  onChange: () => void
}

interface Running<T> {
  shown: T
  /** Null once its thread was ended. */
  thread: DemoThread | null
}

/** One cluster's demo: a producer and a group of consumers. Their state is what they told of themselves. */
export class Demo {
  readonly #options: DemoOptions
  readonly #producers = new Map<string, Running<DemoProducer>>()
  readonly #members = new Map<string, Running<DemoMember>>()
  #settings: DemoSettings
  #events: DemoEvent[] = []
  #nextEvent = 1
  #nextMember = 1

  constructor(options: DemoOptions) {
    this.#options = options
    this.#settings = options.settings
    this.#addProducer()
    for (let index = 0; index < FIRST_MEMBERS; index += 1) this.addMember()
  }

  state(): DemoState {
    return {
      cluster: this.#options.cluster,
      topic: DEMO_TOPIC,
      groupId: DEMO_GROUP,
      settings: this.#settings,
      producers: [...this.#producers.values()].map(({ shown }) => ({ ...shown })),
      members: [...this.#members.values()].map(({ shown }) => ({ ...shown })),
      events: this.#events,
    }
  }

  change(settings: DemoSettings): void {
    this.#settings = settings
    for (const { thread } of this.#all()) thread?.change(settings)
    this.#options.onChange()
  }

  addMember(): void {
    const name = `demo-consumer-${this.#nextMember++}`
    const shown: DemoMember = {
      name,
      protocol: this.#settings.protocol,
      memberId: null,
      state: 'joining',
      sinceMs: this.#options.nowMs(),
      partitions: [],
      generation: null,
      recordsPerSecond: 0,
    }
    this.#members.set(name, {
      shown,
      thread: this.#begin('consumer', name, {
        onHappening: (happening) => this.#memberTold(shown, happening),
        onCount: ({ recordsPerSecond }) => this.#counted(shown, { recordsPerSecond }),
        onDeath: (reason) => this.#memberDied(shown, reason),
      }),
    })
    this.#log(name, { kind: 'started' })
  }

  /** One that crashed before is only taken from the list. */
  async removeMember(name: string): Promise<void> {
    const member = this.#member(name)
    const { thread, shown } = member
    if (thread) {
      member.thread = null
      this.#enter(shown, 'leaving')
      this.#options.onChange()
      await thread.leave(GOODBYE_MS)
      this.#log(name, { kind: 'left' })
    }
    this.#members.delete(name)
    this.#options.onChange()
  }

  async crashMember(name: string): Promise<void> {
    const member = this.#member(name)
    const { thread, shown } = member
    if (!thread) return
    member.thread = null
    await thread.crash()
    this.#enter(shown, 'crashed')
    this.#log(name, { kind: 'crashed' })
  }

  /** It tells of itself again when it goes on. */
  async stallMember(name: string): Promise<void> {
    const { thread, shown } = this.#member(name)
    if (!thread || shown.state === 'stalled') return
    const durationMs = DEMO_STALL_MS[shown.protocol]
    await thread.stall(durationMs)
    this.#enter(shown, 'stalled')
    this.#log(name, { kind: 'stalled', seconds: durationMs / 1_000 })
  }

  /** Everything says goodbye. */
  async stop(patienceMs = GOODBYE_MS): Promise<void> {
    const threads = this.#all().flatMap(({ thread }) => thread ?? [])
    for (const { shown } of this.#members.values()) this.#enter(shown, 'leaving')
    await Promise.all(threads.map((thread) => thread.leave(patienceMs)))
  }

  #all(): Running<unknown>[] {
    return [...this.#producers.values(), ...this.#members.values()]
  }

  #member(name: string): Running<DemoMember> {
    const member = this.#members.get(name)
    if (member) return member
    throw new FailureError({ code: 'NO_DEMO_MEMBER', message: `The demo has no member ${name}.` })
  }

  #addProducer(): void {
    const name = 'demo-producer-1'
    const shown: DemoProducer = { name, recordsPerSecond: 0, records: 0, failure: null }
    const failed = (failure: Failure) => {
      shown.failure = failure
      this.#log(name, { kind: 'failed', failure })
    }
    this.#producers.set(name, {
      shown,
      thread: this.#begin('producer', name, {
        onHappening: (happening) => {
          if (happening.kind === 'failed') failed(happening.failure)
        },
        onCount: (count) => {
          if (count.records > shown.records) shown.failure = null
          this.#counted(shown, count)
        },
        onDeath: (reason) => failed(died(name, reason)),
      }),
    })
    this.#log(name, { kind: 'started' })
  }

  #begin(role: DemoRole, name: string, listener: Parameters<BeginThread>[1]): DemoThread {
    const { bootstrapServers, begin } = this.#options
    return begin(
      { role, name, bootstrapServers, topic: DEMO_TOPIC, groupId: DEMO_GROUP, settings: this.#settings },
      listener,
    )
  }

  #memberTold(shown: DemoMember, happening: ClientHappening): void {
    if (happening.kind === 'joined') {
      const { memberId, generation, partitions } = happening
      const gained = partitions.filter((each) => !shown.partitions.includes(each))
      const lost = shown.partitions.filter((each) => !partitions.includes(each))
      Object.assign(shown, { memberId, generation, partitions })
      this.#enter(shown, 'reading')
      this.#log(shown.name, { kind: 'joined', generation, partitions, gained, lost })
      return
    }
    if (happening.kind === 'rebalancing') this.#enter(shown, 'rebalancing')
    if (happening.kind === 'failed') this.#enter(shown, 'failed')
    this.#log(shown.name, happening)
  }

  /** Its session is still there: for the group it is as if it had crashed. */
  #memberDied(shown: DemoMember, reason: string): void {
    const member = this.#members.get(shown.name)
    if (member) member.thread = null
    this.#log(shown.name, { kind: 'failed', failure: died(shown.name, reason) })
    this.#enter(shown, 'crashed')
    this.#options.onChange()
  }

  #counted<T extends object>(shown: T, count: Partial<T>): void {
    Object.assign(shown, count)
    this.#options.onChange()
  }

  #enter(shown: DemoMember, state: DemoMemberState): void {
    if (state !== 'reading') shown.recordsPerSecond = 0
    shown.state = state
    shown.sinceMs = this.#options.nowMs()
  }

  #log(client: string, happening: DemoHappening): void {
    const event = { id: this.#nextEvent++, atMs: this.#options.nowMs(), client, ...happening }
    this.#events = [...this.#events, event].slice(-KEPT_EVENTS)
    this.#options.onChange()
  }
}

function died(name: string, reason: string): Failure {
  return {
    code: 'DEMO_CLIENT_DIED',
    message: `The thread of ${name} ended: ${reason}.`,
    remedy: 'Remove it and add another.',
  }
}
