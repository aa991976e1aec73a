import { ZERO_UUID } from '../protocol/schema.ts'

/** In which fields requests name a topic. */
const NAMES: ReadonlySet<string> = new Set(['topic', 'topicName'])
export const LISTS_OF_NAMES: ReadonlySet<string> = new Set(['topicNames'])
const LISTS_OF_TOPICS: ReadonlySet<string> = new Set(['topics', 'topicData', 'topicPartitions'])
const TOPIC_RESOURCE = 2

/**
 * The topics a decoded request names, whatever the API.
 * @param nameOf the name of a topic id
 */
export function requestTopics(request: unknown, nameOf: (topicId: string) => string | null): Set<string> {
  const found = new Set<string>()
  collect(request, false, found, nameOf)
  return found
}

function collect(
  value: unknown,
  isTopic: boolean,
  found: Set<string>,
  nameOf: (id: string) => string | null,
): void {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return
  const struct = value as Record<string, unknown>
  for (const [field, member] of Object.entries(struct)) {
    if (Array.isArray(member)) {
      for (const item of member) {
        if (typeof item === 'string' && LISTS_OF_NAMES.has(field)) found.add(item)
        else collect(item, LISTS_OF_TOPICS.has(field), found, nameOf)
      }
    } else if (typeof member === 'string' && member !== '') {
      if (NAMES.has(field) || (field === 'name' && isTopic)) found.add(member)
      if (field === 'topicId' && member !== ZERO_UUID) add(found, nameOf(member))
      if (field === 'resourceName' && struct['resourceType'] === TOPIC_RESOURCE) found.add(member)
    } else {
      collect(member, false, found, nameOf)
    }
  }
}

function add(found: Set<string>, name: string | null): void {
  if (name !== null) found.add(name)
}
