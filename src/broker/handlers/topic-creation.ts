/** Topics that come into being because somebody asks for them. */
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { createTopics } from '../protocol/messages/19-create-topics.ts'
import type { BrokerServices } from './services.ts'

const CREATE_TOPICS_VERSION = 7
/** KIP-464: the broker's defaults; for an internal topic what the controller makes of it. */
const BY_DEFAULT = -1
const CREATION_TIMEOUT_MS = 30_000
const MAX_NAME_LENGTH = 249
const LEGAL_NAME = /^[a-zA-Z0-9._-]+$/

/** What to answer for a topic that is not there. */
export function codeOfMissingTopic(name: string): number {
  const isPossible = LEGAL_NAME.test(name) && name.length <= MAX_NAME_LENGTH && name !== '.' && name !== '..'
  return isPossible ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION
}

/** Asked for by several clients at once, a topic is created once. */
const underway = new WeakMap<BrokerServices, Set<string>>()

/**
 * Starts the creation of a topic a client named (`auto.create.topics.enable`) and returns the code to answer
 * meanwhile, as Kafka's DefaultAutoTopicCreationManager does.
 */
export function createTopicAutomatically(name: string, broker: BrokerServices): number {
  const errorCode = codeOfMissingTopic(name)
  const isPossible = errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  if (isPossible && broker.config.autoCreateTopicsEnable) createTopicInBackground(name, broker)
  return errorCode
}

/** Asks the controller for a topic which a request found missing; what it looks like is the defaults' business. */
export function createTopicInBackground(name: string, broker: BrokerServices): void {
  const creating = underway.get(broker) ?? new Set()
  underway.set(broker, creating)
  if (!creating.has(name)) {
    creating.add(name)
    void create(name, broker).finally(() => creating.delete(name))
  }
}

async function create(name: string, broker: BrokerServices): Promise<void> {
  try {
    const { topics } = await broker.controllerChannel.send(
      createTopics,
      CREATE_TOPICS_VERSION,
      {
        topics: [
          { name, numPartitions: BY_DEFAULT, replicationFactor: BY_DEFAULT, assignments: [], configs: [] },
        ],
        timeoutMs: CREATION_TIMEOUT_MS,
      },
      { timeoutMs: CREATION_TIMEOUT_MS },
    )
    const errorCode = topics[0]?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
    if (errorCode !== ErrorCode.NONE && errorCode !== ErrorCode.TOPIC_ALREADY_EXISTS) {
      throw new KafkaError(errorCode, topics[0]?.errorMessage ?? undefined)
    }
    await broker.metadata.waitFor((image) => image.topicsByName.has(name), CREATION_TIMEOUT_MS)
  } catch (error) {
    broker.log.warn('A topic could not be created automatically', {
      topic: name,
      error: error instanceof Error ? error.message : String(error),
    })
  }
}
