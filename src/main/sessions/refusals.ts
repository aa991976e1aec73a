import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka'
import type { Failure } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'

/** What to do about a broker's no. Errors that name their own remedy in their message are not here. */
const remedies: Record<string, string> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'Check the name, or create the topic first.',
  TOPIC_ALREADY_EXISTS: 'Choose another name.',
  INVALID_TOPIC_EXCEPTION: 'Use 1 to 249 letters, digits, dots, underscores and hyphens.',
  INVALID_PARTITIONS: 'Partitions can be added, never taken away.',
  INVALID_REPLICATION_FACTOR: 'Use at most as many replicas as there are running brokers.',
  INVALID_CONFIG: 'Correct the value.',
  MESSAGE_TOO_LARGE: 'Raise max.message.bytes of the topic, or send less.',
  RECORD_LIST_TOO_LARGE: 'Raise segment.bytes of the topic, or send less.',
  INVALID_RECORD: 'A compacted topic takes no record without a key: give it one.',
  NOT_ENOUGH_REPLICAS: 'Nothing was written. Start a broker, lower min.insync.replicas, or send with acks=1.',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    'It was written to fewer replicas than asked for, and may be lost with them. Start a broker.',
  LEADER_NOT_AVAILABLE: 'Start a broker of the partition’s ISR.',
  NOT_LEADER_OR_FOLLOWER: 'The leader is moving. Try again.',
  REQUEST_TIMED_OUT: 'The brokers are busy or too few run. Try again.',
  NOT_CONTROLLER: 'The controller is moving. Try again.',
  TOPIC_AUTHORIZATION_FAILED: 'Ask whoever runs the cluster for the right to this topic.',
  CLUSTER_AUTHORIZATION_FAILED: 'Ask whoever runs the cluster for this right.',
  POLICY_VIOLATION: 'The cluster’s own policy forbids it.',
  TOPIC_DELETION_DISABLED: 'Set delete.topic.enable on the brokers.',
  UNSUPPORTED_VERSION: 'The cluster is too old for this.',
  KAFKA_STORAGE_ERROR: 'The broker’s disk failed. See its log.',
}

/**
 * A broker's refusal as its user is told it, in the broker's own words where it has any: they name the value that is
 * wrong.
 */
export function refusalOf(errorCode: number, brokerWords?: string | null): Failure {
  const errorName = nameOf(errorCode)
  const known = (protocolErrors as Record<string, { message: string } | undefined>)[errorName]?.message
  const remedy = remedies[errorName]
  return {
    code: `KAFKA_${errorName}`,
    message: sentence(brokerWords || known || errorName),
    ...(remedy === undefined ? {} : { remedy }),
    kafka: { errorCode, errorName },
  }
}

/** Throws unless the code is that of success. */
export function refuse(errorCode: number, brokerWords?: string | null): void {
  if (errorCode !== 0) throw new FailureError(refusalOf(errorCode, brokerWords))
}

function nameOf(errorCode: number): string {
  return (protocolErrorsCodesById as Record<string, string>)[String(errorCode)] ?? `ERROR_${errorCode}`
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`
}
