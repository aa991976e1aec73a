/** Configs where reading or changing them is not what a test is about. */
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { describeConfigs } from '../../src/broker/protocol/messages/32-describe-configs.ts'
import { incrementalAlterConfigs } from '../../src/broker/protocol/messages/44-incremental-alter-configs.ts'
import type { Client } from './client.ts'

export const TOPIC = 2
export const BROKER = 4
export const BROKER_LOGGER = 8
export const CLIENT_METRICS = 16
export const GROUP = 32

export const Source = {
  TOPIC: 1,
  DYNAMIC_BROKER: 2,
  DYNAMIC_DEFAULT_BROKER: 3,
  STATIC_BROKER: 4,
  DEFAULT: 5,
  GROUP: 8,
} as const

export const Op = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const

/** What was set for the resource itself, by name. */
export async function ownConfigs(
  client: Client,
  resourceType: number,
  resourceName: string,
): Promise<Record<string, string | null>> {
  const resources = [{ resourceType, resourceName, configurationKeys: null }]
  const { results } = await client.call(describeConfigs, 4, { resources })
  const { errorCode, configs } = results[0]!
  if (errorCode !== ErrorCode.NONE) throw new Error(`DescribeConfigs: ${errorName(errorCode)}`)
  const own: readonly number[] = [
    Source.TOPIC,
    Source.DYNAMIC_BROKER,
    Source.DYNAMIC_DEFAULT_BROKER,
    Source.GROUP,
  ]
  const set = configs.filter(({ configSource }) => own.includes(configSource))
  return Object.fromEntries(set.map(({ name, value }) => [name, value]))
}

/** Sets configs, which must succeed. */
export async function setConfigs(
  client: Client,
  resourceType: number,
  resourceName: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const configs = Object.entries(values).map(([name, value]) => ({ name, value, configOperation: Op.SET }))
  const resources = [{ resourceType, resourceName, configs }]
  const { responses } = await client.call(incrementalAlterConfigs, 1, { resources })
  const { errorCode, errorMessage } = responses[0]!
  if (errorCode !== ErrorCode.NONE) throw new Error(`${errorName(errorCode)}: ${errorMessage}`)
}
