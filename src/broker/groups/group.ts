import type { ClassicGroup } from './classic/group.ts'
import type { ConsumerGroup } from './consumer/group.ts'
import type { ShareGroup } from './share/group.ts'

/** A group of any protocol, told apart by `type`. A group id belongs to one of them at a time. */
export type Group = ClassicGroup | ConsumerGroup | ShareGroup

/** As ListGroups calls them: Kafka's brokers in lower case, its tools in their own. */
export const GROUP_TYPE_NAMES = {
  classic: 'classic',
  consumer: 'consumer',
  share: 'share',
} as const satisfies Record<Group['type'], string>
