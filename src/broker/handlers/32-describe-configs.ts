/**
 * DescribeConfigs v1–4: the configs of topics, groups, of this broker, or (broker `''`) what was set for the whole
 * cluster, from this broker's own image of the metadata. Each config says where its value comes from, and on request
 * every value that stands behind it.
 *
 * Version notes: v1 sources and synonyms (KIP-226); v3 types and documentation (KIP-569).
 * A broker answers for itself only, as Kafka's does: clients send the request for a broker to that broker.
 * Gaps: resource types BROKER_LOGGER (8) and CLIENT_METRICS (16) are refused.
 */
import {
  describeBrokerConfigs,
  describeClusterConfigs,
  describeGroupConfigs,
  describeTopicConfigs,
} from '../metadata/configs/describe.ts'
import type { DescribedConfig } from '../metadata/configs/describe.ts'
import { ConfigResource } from '../metadata/records.ts'
import type { RequestOf } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { describeConfigs } from '../protocol/messages/32-describe-configs.ts'
import { topicNameProblem } from '../controller/topic-names.ts'
import { handler } from './handler.ts'
import type { BrokerServices } from './services.ts'

type Request = RequestOf<typeof describeConfigs>
type Resource = Request['resources'][number]

export const describeConfigsHandler = handler(describeConfigs, (request, _, broker) => ({
  results: request.resources.map((resource) => describeResource(resource, request, broker)),
}))

function describeResource(resource: Resource, request: Request, broker: BrokerServices) {
  const { resourceType, resourceName, configurationKeys } = resource
  try {
    const configs = configsOf(resource, broker)
      .filter(({ name }) => isAskedFor(name, configurationKeys))
      .map((config) => ({
        ...config,
        synonyms: request.includeSynonyms ? config.synonyms : [],
        documentation: request.includeDocumentation ? config.documentation : null,
      }))
    return { resourceType, resourceName, errorCode: ErrorCode.NONE, errorMessage: null, configs }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { resourceType, resourceName, errorCode: error.code, errorMessage: error.message, configs: [] }
  }
}

/** No keys, or an empty list of them, asks for all. */
function isAskedFor(name: string, keys: readonly string[] | null): boolean {
  return keys === null || keys.length === 0 || keys.includes(name)
}

function configsOf(
  { resourceType, resourceName: name }: Resource,
  broker: BrokerServices,
): DescribedConfig[] {
  const { image } = broker.metadata
  const { staticConfig } = broker
  switch (resourceType) {
    case ConfigResource.topic: {
      const problem = topicNameProblem(name)
      if (problem !== null) throw new KafkaError(ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
      if (image.topic(name) === undefined) {
        throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${name}' does not exist.`)
      }
      return describeTopicConfigs(image, staticConfig, image.configOverrides('topic', name))
    }
    case ConfigResource.broker:
      if (name === '') return describeClusterConfigs(image)
      checkOwnId(name, broker.brokerId)
      return describeBrokerConfigs(image, staticConfig)
    case ConfigResource.group:
      if (name === '') throw new KafkaError(ErrorCode.INVALID_REQUEST, 'Group name must not be empty')
      return describeGroupConfigs(image, staticConfig, image.configOverrides('group', name))
    default:
      throw new KafkaError(ErrorCode.INVALID_REQUEST, `Unsupported resource type: ${resourceType}`)
  }
}

function checkOwnId(name: string, brokerId: number): void {
  if (!/^-?\d+$/.test(name)) {
    throw new KafkaError(ErrorCode.INVALID_REQUEST, `Broker id must be an integer, but it is: ${name}`)
  }
  if (Number(name) !== brokerId) {
    throw new KafkaError(
      ErrorCode.INVALID_REQUEST,
      `Unexpected broker id, expected ${brokerId} or empty string, but received ${name}`,
    )
  }
}
