/** What is told of, in the groups a person filters by. Their order is that of the filter. */
export const CATEGORIES = [
  'election',
  'isr',
  'broker',
  'controller',
  'reassignment',
  'topic',
  'group',
  'fault',
] as const

export type Category = (typeof CATEGORIES)[number]

export const KINDS: Readonly<Record<Category, readonly string[]>> = {
  election: ['leader-elected', 'leader-lost', 'leader-epoch-bumped'],
  isr: ['isr-shrunk', 'isr-expanded', 'isr-changed'],
  broker: [
    'cluster-started',
    'cluster-stopped',
    'broker-started',
    'broker-registered',
    'broker-unfenced',
    'broker-fenced',
    'broker-controlled-shutdown',
    'broker-stopped',
    'broker-killed',
    'broker-failed',
    'broker-unregistered',
    'broker-removed',
  ],
  controller: ['controller-elected', 'controller-resigned', 'metadata-snapshot', 'history-set-aside'],
  reassignment: [
    'reassignment-started',
    'reassignment-changed',
    'reassignment-completed',
    'reassignment-cancelled',
    'replicas-changed',
  ],
  topic: ['topic-created', 'partitions-added', 'topic-deleted', 'config-changed'],
  group: [
    'rebalance-started',
    'rebalance-joined',
    'rebalance-completed',
    'rebalance-settled',
    'group-epoch-began',
    'group-target-computed',
    'group-member-stepped',
    'group-settled',
    'static-member-away',
    'static-member-returned',
    'group-coordinator-loaded',
  ],
  fault: ['fault-applied', 'fault-hit', 'fault-removed'],
}

const CATEGORY_OF = new Map(
  CATEGORIES.flatMap((category) => KINDS[category].map((kind) => [kind, category] as const)),
)

/** Null for a kind of a newer engine. */
export function categoryOf(kind: string): Category | null {
  return CATEGORY_OF.get(kind) ?? null
}

/** Each has a shape and a colour of its own; the word stands beside them. */
export const ICONS: Readonly<Record<Category, string>> = {
  election: 'i-lucide-crown',
  isr: 'i-lucide-copy-check',
  broker: 'i-lucide-server',
  controller: 'i-lucide-compass',
  reassignment: 'i-lucide-move-right',
  topic: 'i-lucide-layers',
  group: 'i-lucide-users',
  fault: 'i-lucide-zap',
}

/** Of what a person should not overlook: something is worse than it was. */
const BAD = new Set(['leader-lost', 'broker-killed', 'broker-failed', 'history-set-aside'])
const WARN = new Set(['isr-shrunk', 'broker-fenced', 'reassignment-cancelled', 'fault-applied', 'fault-hit'])

export function toneOf(kind: string, isUnclean: boolean): 'bad' | 'warn' | 'plain' {
  if (BAD.has(kind) || isUnclean) return 'bad'
  return WARN.has(kind) ? 'warn' : 'plain'
}
