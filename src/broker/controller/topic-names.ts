/** Which names a topic may have (org.apache.kafka.common.internals.Topic). */
import type { MetadataImage } from '../metadata/image.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'

const MAX_LENGTH = 249

/** A sentence that says what is wrong with the name, or null. */
export function topicNameProblem(name: string): string | null {
  if (name === '') return 'Topic name is invalid: the empty string is not allowed'
  if (name === '.' || name === '..') return `Topic name is invalid: '${name}' is not allowed`
  if (name.length > MAX_LENGTH) {
    return `Topic name is invalid: the length of '${name}' is longer than the max allowed length ${MAX_LENGTH}`
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return (
      `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, ` +
      `'.', '_' and '-'`
    )
  }
  return null
}

/**
 * Metrics and directories of Kafka do not tell `.` from `_`, so two topics may not differ in these alone.
 * @throws KafkaError INVALID_TOPIC_EXCEPTION
 */
export function checkNewTopicName(image: MetadataImage, name: string, alsoNew: ReadonlySet<string>): void {
  const problem = topicNameProblem(name)
  if (problem !== null) throw new KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
  if (!/[._]/.test(name)) return
  const unified = unify(name)
  for (const other of [...image.topicsByName.keys(), ...alsoNew]) {
    if (other !== name && unify(other) === unified) {
      throw new KafkaError(
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        `Topic '${name}' collides with existing topic: ${other}`,
      )
    }
  }
}

function unify(name: string): string {
  return name.replaceAll('.', '_')
}

/** The names given more than once. */
export function duplicatesOf(names: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const duplicates = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) duplicates.add(name)
    seen.add(name)
  }
  return duplicates
}
