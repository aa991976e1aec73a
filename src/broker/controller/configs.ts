/** AlterConfigs and IncrementalAlterConfigs (ConfigurationControlManager, ConfigAdminManager in Kafka). */
import { brokerConfigDefinitions } from '../metadata/configs/broker-config-definitions.ts'
import { topicConfigValue } from '../metadata/configs/config-values.ts'
import type { ConfigResourceType } from '../metadata/configs/config-values.ts'
import { parseList } from '../metadata/configs/definition.ts'
import type { ConfigDefinition } from '../metadata/configs/definition.ts'
import { groupConfigDefinitions } from '../metadata/configs/group-config-definitions.ts'
import { topicConfigDefinitions } from '../metadata/configs/topic-config-definitions.ts'
import { ConfigResource } from '../metadata/records.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { alterConfigs } from '../protocol/messages/33-alter-configs.ts'
import type { incrementalAlterConfigs } from '../protocol/messages/44-incremental-alter-configs.ts'
import { checkRecordCount, itemError, NO_ERROR } from './decision.ts'
import type { ControllerState, Decision, ItemError } from './decision.ts'
import { groupConfigProblem } from './group-config-bounds.ts'
import { duplicatesOf, topicNameProblem } from './topic-names.ts'

/** IncrementalAlterConfigs' operations. */
const AlterConfigOp = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const

type Overrides = ReadonlyMap<string, string>
type IncrementalRequest = RequestOf<typeof incrementalAlterConfigs>
type AlterRequest = RequestOf<typeof alterConfigs>
type Operation = IncrementalRequest['resources'][number]['configs'][number]
type Result = ItemError & { resourceType: number; resourceName: string }

interface Resource {
  readonly type: ConfigResourceType
  readonly name: string
  readonly definitions: ReadonlyMap<string, ConfigDefinition>
}

export function decideIncrementalAlterConfigs(
  state: ControllerState,
  request: IncrementalRequest,
): Decision<ResponseInput<typeof incrementalAlterConfigs>> {
  return decideAlter(state, request, (resource, { configs }, present) => {
    const wanted = new Map(present)
    for (const operation of configs) applyOperation(resource, operation, wanted)
    return wanted
  })
}

/** The older API: what is given replaces all there is. */
export function decideAlterConfigs(
  state: ControllerState,
  request: AlterRequest,
): Decision<ResponseInput<typeof alterConfigs>> {
  return decideAlter(state, request, (_, { configs }) => {
    checkNoNulls(configs)
    return new Map(configs.map(({ name, value }) => [name, value ?? '']))
  })
}

/**
 * The overrides of a topic to be created.
 * @throws KafkaError INVALID_CONFIG
 */
export function checkTopicConfigs(
  state: ControllerState,
  configs: ReadonlyMap<string, string | null>,
): Map<string, string> {
  const nulls = [...configs].filter(([, value]) => value === null).map(([name]) => name)
  if (nulls.length > 0) {
    throw new KafkaError(
      ErrorCode.INVALID_CONFIG,
      `Null value not supported for topic configs: ${nulls.join(', ')}`,
    )
  }
  const overrides = new Map([...configs].map(([name, value]) => [name, value ?? '']))
  checkTopicOverrides(state, overrides)
  return overrides
}

type AnyRequest<R> = { readonly resources: readonly R[]; readonly validateOnly: boolean }
type AnyResource = {
  readonly resourceType: number
  readonly resourceName: string
  readonly configs: readonly { readonly name: string }[]
}

/**
 * @param alter the overrides a resource is to have, from those it has
 * @throws KafkaError POLICY_VIOLATION
 */
function decideAlter<R extends AnyResource>(
  state: ControllerState,
  request: AnyRequest<R>,
  alter: (resource: Resource, asked: R, present: Overrides) => Map<string, string>,
): Decision<{ responses: Result[] }> {
  const records: MetadataRecord[] = []
  const duplicates = duplicatesOf(request.resources.map(keyOf))
  const responses = request.resources.map((asked): Result => {
    const { resourceType, resourceName } = asked
    checkRecordCount(records)
    try {
      checkAppearsOnce(duplicates, asked)
      const resource = resourceOf(asked)
      const present = state.image.configOverrides(resource.type, resource.name)
      const wanted = alter(resource, asked, present)
      checkOverrides(state, resource, wanted)
      checkExists(state, resource)
      records.push(...configRecords(resource, present, wanted))
      return { resourceType, resourceName, ...NO_ERROR }
    } catch (error) {
      return { resourceType, resourceName, ...itemError(error) }
    }
  })
  return { records: request.validateOnly ? [] : records, response: { responses } }
}

function keyOf({ resourceType, resourceName }: AnyResource): string {
  return `${resourceType}/${resourceName}`
}

function checkAppearsOnce(duplicates: ReadonlySet<string>, asked: AnyResource): void {
  if (duplicates.has(keyOf(asked))) {
    throw new KafkaError(ErrorCode.INVALID_REQUEST, 'Each resource must appear at most once.')
  }
  const names = asked.configs.map(({ name }) => name)
  if (new Set(names).size !== names.length) {
    throw new KafkaError(ErrorCode.INVALID_REQUEST, 'Error due to duplicate config keys')
  }
}

function resourceOf({ resourceType, resourceName: name }: AnyResource): Resource {
  const refuse = (message: string, code: number = ErrorCode.INVALID_REQUEST): never => {
    throw new KafkaError(code, message)
  }
  switch (resourceType) {
    case ConfigResource.topic: {
      if (name === '') refuse('Default topic resources are not allowed.')
      const problem = topicNameProblem(name)
      if (problem !== null) refuse(problem, ErrorCode.INVALID_TOPIC_EXCEPTION)
      return { type: 'topic', name, definitions: topicConfigDefinitions }
    }
    case ConfigResource.broker:
      if (name !== '' && !/^\d+$/.test(name)) refuse(`Node id must be an integer, but it is: ${name}`)
      return { type: 'broker', name, definitions: brokerConfigDefinitions }
    case ConfigResource.group:
      if (name === '') refuse('Default group resources are not allowed.')
      return { type: 'group', name, definitions: groupConfigDefinitions }
    default:
      return refuse(`Unknown resource type ${resourceType}`)
  }
}

function applyOperation(resource: Resource, operation: Operation, configs: Map<string, string>): void {
  const { name, value, configOperation } = operation
  if (configOperation === AlterConfigOp.DELETE) {
    configs.delete(name)
    return
  }
  checkNoNulls([operation])
  const given = value ?? ''
  switch (configOperation) {
    case AlterConfigOp.SET:
      configs.set(name, given)
      return
    case AlterConfigOp.APPEND:
    case AlterConfigOp.SUBTRACT: {
      const append = configOperation === AlterConfigOp.APPEND
      const definition = resource.definitions.get(name)
      if (definition?.type !== 'list') {
        throw new KafkaError(
          ErrorCode.INVALID_CONFIG,
          `Can't ${append ? 'APPEND' : 'SUBTRACT'} to key ${name} because its type is not LIST.`,
        )
      }
      const before = parseList(configs.get(name) ?? definition.defaultValue ?? '')
      const operands = parseList(given)
      const after = append
        ? [...new Set([...before, ...operands])]
        : before.filter((element) => !operands.includes(element))
      configs.set(name, after.join(','))
      return
    }
    default:
      throw new KafkaError(ErrorCode.INVALID_REQUEST, `Unknown operations type ${configOperation}`)
  }
}

function checkNoNulls(configs: readonly { readonly name: string; readonly value: string | null }[]): void {
  const nulls = configs.filter(({ value }) => value === null).map(({ name }) => name)
  if (nulls.length > 0) {
    throw new KafkaError(ErrorCode.INVALID_REQUEST, `Null value not supported for : ${nulls.join(', ')}`)
  }
}

function checkOverrides(state: ControllerState, resource: Resource, wanted: Overrides): void {
  switch (resource.type) {
    case 'topic':
      return checkTopicOverrides(state, wanted)
    case 'broker':
      return checkBrokerOverrides(resource, wanted)
    case 'group':
      return checkGroupOverrides(state, wanted)
  }
}

function checkGroupOverrides(state: ControllerState, wanted: Overrides): void {
  checkValues(groupConfigDefinitions, wanted, ErrorCode.INVALID_CONFIG, 'group')
  const problem = groupConfigProblem(state.staticConfig, state.image, wanted)
  if (problem !== null) throw new KafkaError(ErrorCode.INVALID_CONFIG, problem)
}

function checkTopicOverrides(state: ControllerState, wanted: Overrides): void {
  checkValues(topicConfigDefinitions, wanted, ErrorCode.INVALID_CONFIG, 'topic')
  const valueOf = (name: string): string => {
    const definition = topicConfigDefinitions.get(name)!
    return topicConfigValue(definition, state.image, state.staticConfig, wanted) ?? ''
  }
  if (Number(valueOf('min.compaction.lag.ms')) > Number(valueOf('max.compaction.lag.ms'))) {
    throw new KafkaError(
      ErrorCode.INVALID_CONFIG,
      `conflict topic config setting min.compaction.lag.ms (${valueOf('min.compaction.lag.ms')}) > ` +
        `max.compaction.lag.ms (${valueOf('max.compaction.lag.ms')})`,
    )
  }
  if (valueOf('remote.storage.enable').toLowerCase() === 'true') {
    throw new KafkaError(
      ErrorCode.INVALID_CONFIG,
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
    )
  }
}

/** INVALID_REQUEST, not INVALID_CONFIG: Kafka's answer for brokers, which KAFKA-13609 regrets but keeps. */
function checkBrokerOverrides({ name: brokerName }: Resource, wanted: Overrides): void {
  const inScope = (scope: ConfigDefinition['scope']): string[] =>
    [...wanted.keys()].filter((name) => brokerConfigDefinitions.get(name)?.scope === scope)
  const readOnly = inScope('read-only')
  if (readOnly.length > 0) {
    throw new KafkaError(
      ErrorCode.INVALID_REQUEST,
      `Cannot update these configs dynamically: ${readOnly.join(', ')}`,
    )
  }
  checkValues(brokerConfigDefinitions, wanted, ErrorCode.INVALID_REQUEST, 'broker')
  const perBroker = inScope('per-broker')
  if (brokerName === '' && perBroker.length > 0) {
    throw new KafkaError(
      ErrorCode.INVALID_REQUEST,
      `Cannot update these configs at default cluster level, broker id must be specified: ${perBroker.join(', ')}`,
    )
  }
}

function checkValues(
  definitions: ReadonlyMap<string, ConfigDefinition>,
  wanted: Overrides,
  errorCode: number,
  kind: string,
): void {
  for (const [name, value] of wanted) {
    const definition = definitions.get(name)
    if (definition === undefined) throw new KafkaError(errorCode, `Unknown ${kind} config name: ${name}`)
    const problem = definition.validate(value)
    if (problem !== null) throw new KafkaError(errorCode, problem)
  }
}

function checkExists({ image }: ControllerState, { type, name }: Resource): void {
  if (type === 'topic' && !image.topicsByName.has(name)) {
    throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${name}' does not exist.`)
  }
  if (type === 'broker' && name !== '' && !image.brokers.has(Number(name))) {
    throw new KafkaError(ErrorCode.BROKER_ID_NOT_REGISTERED, `No broker with id ${name} found.`)
  }
}

/** What is the same stays out of the log. */
function configRecords({ type, name }: Resource, present: Overrides, wanted: Overrides): MetadataRecord[] {
  const names = new Set([...present.keys(), ...wanted.keys()])
  return [...names]
    .filter((key) => present.get(key) !== wanted.get(key))
    .map((key) => ({
      type: 'Config',
      resourceType: ConfigResource[type],
      resourceName: name,
      name: key,
      value: wanted.get(key) ?? null,
    }))
}
