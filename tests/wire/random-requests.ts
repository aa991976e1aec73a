/** Requests nobody in their right mind would send: random values of the right types, from a seed. */
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { encodeRequest } from '../../src/broker/protocol/frame.ts'
import { apiByKey } from '../../src/broker/protocol/messages/index.ts'
import type { Api } from '../../src/broker/protocol/api.ts'
import type { Client } from './client.ts'
import { versionsOf } from './versions.ts'
import { randomFrom, sample } from '../unit/protocol/sample.ts'
import type { Plain, Random } from '../unit/protocol/sample.ts'

export { int, randomBytes, randomFrom } from '../unit/protocol/sample.ts'
export type { Random } from '../unit/protocol/sample.ts'

const INTERNAL_KEYS = [56, 58, 62, 63, 67, 10001, 10002]

/** Every API a broker of this cluster serves, those between brokers too. */
export async function servedApis(client: Client): Promise<Api[]> {
  const software = { clientSoftwareName: 'wire', clientSoftwareVersion: '1' }
  const { apiKeys } = await client.call(apiVersions, 4, software)
  return [...apiKeys.map(({ apiKey }) => apiKey), ...INTERNAL_KEYS].map((key) => apiByKey(key)!)
}

/** Every API in every version. */
export function everyVersion(apis: readonly Api[]): { api: Api; version: number }[] {
  return apis.flatMap((api) => versionsOf(api).map((version) => ({ api, version })))
}

/** A whole frame, size first. Times are short, so that an answer comes soon whatever is asked. */
export function requestFrame(api: Api, version: number, body: Plain): Buffer {
  return Buffer.concat(encodeRequest(api, version, { correlationId: 5, clientId: 'hostile' }, body))
}

export function randomBody(api: Api, version: number, random: Random): Plain {
  return withShortTimes(sample(api.request, version, random).input)
}

/** The same with every string as long as a string can be. */
export function longBody(api: Api, version: number, seed: number): Plain {
  const { input } = sample(api.request, version, randomFrom(seed), { nulls: 0, elements: 2 })
  return withShortTimes(withLongStrings(input) as Plain)
}

const SHORT_TIMES: Readonly<Record<string, number>> = {
  maxWaitMs: 10,
  timeoutMs: 10,
  sessionTimeoutMs: 1_000,
  rebalanceTimeoutMs: 10,
}

function withShortTimes(body: Plain): Plain {
  for (const [name, value] of Object.entries(SHORT_TIMES)) if (name in body) body[name] = value
  return body
}

function withLongStrings(value: unknown): unknown {
  if (typeof value === 'string') return isUuid(value) ? value : 'x'.repeat(32_767)
  if (Array.isArray(value)) return value.map(withLongStrings)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withLongStrings(each)]))
}

function isUuid(value: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(value)
}
