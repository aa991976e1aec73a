/**
 * Subscriptions by regular expression (KIP-848, KIP-1082). The syntax is RE2's, and so is the engine: a pattern comes
 * from any client, and RE2 matches in linear time where JavaScript's RegExp can be made to hang the broker. It also
 * refuses what Kafka's own RE2J refuses (look-around, back-references), so no pattern works here alone.
 */
import { RE2JS, RE2JSException } from 're2js'

import type { MetadataImage } from '../../metadata/image.ts'
import { isInternalTopic } from '../../metadata/internal-topics.ts'

/** What is wrong with the pattern, or null. */
export function regexProblem(pattern: string): string | null {
  const compiled = compile(pattern)
  return typeof compiled === 'string' ? compiled : null
}

/** Names of the topics the whole of whose name matches, in order. Internal topics are asked for by name only:
 * `.*` must not read, and thereby write, `__consumer_offsets` for ever. Kafka leaves that to the client. */
export function matchingTopics(
  pattern: string,
  { topicsByName }: Pick<MetadataImage, 'topicsByName'>,
): string[] {
  const compiled = compile(pattern)
  if (typeof compiled === 'string') return []
  return [...topicsByName.keys()].filter((name) => !isInternalTopic(name) && compiled.matches(name)).sort()
}

/** In words why the pattern cannot be compiled. */
function compile(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (error instanceof RE2JSException) return error.message
    throw error
  }
}
