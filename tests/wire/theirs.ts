/** Requests and answers by other people's codecs, so that ours is not its own only witness. */
import { createRequire } from 'node:module'
import * as platformatic from '@platformatic/kafka'
import type { Api } from '../../src/broker/protocol/api.ts'
import { hasVersion } from '../../src/broker/protocol/schema.ts'
import type { Field, Fields } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'

type Plain = Record<string, unknown>

const require = createRequire(import.meta.url)

interface KafkajsRequest {
  readonly apiKey: number
  readonly apiVersion: number
  encode(): Promise<{ buffer: Buffer }>
}

const kafkajsFrame = require('kafkajs/src/protocol/request.js') as (parts: {
  correlationId: number
  clientId: string
  request: KafkajsRequest
}) => Promise<{ buffer: Buffer }>

/**
 * Asks as kafkajs does, by its encoder, and reads the answer by its decoder.
 *
 * @param path `metadata/v5`, as its folders are called
 */
export async function askAsKafkajs(client: Client, path: string, args: object): Promise<Plain> {
  const makeRequest = require(`kafkajs/src/protocol/requests/${path}/request.js`) as (
    args: object,
  ) => KafkajsRequest
  const { decode, parse } = require(`kafkajs/src/protocol/requests/${path}/response.js`) as {
    decode(payload: Buffer): Promise<Plain>
    parse(data: Plain): Promise<unknown>
  }
  const request = makeRequest(args)
  client.sendBytes((await kafkajsFrame({ correlationId: 900, clientId: 'kafkajs', request })).buffer)
  const frame = await client.take()
  if (frame.readInt32BE(0) !== 900) throw new Error(`kafkajs ${path}: correlation id ${frame.readInt32BE(0)}`)
  const data = await decode(frame.subarray(4))
  // Throws for an error code, as it does in kafkajs itself.
  await parse(data)
  return data
}

interface PlatformaticVersion {
  createRequest(...args: unknown[]): { buffer: Buffer }
  parseResponse(correlationId: number, apiKey: number, apiVersion: number, reader: unknown): unknown
}

function platformaticVersion(api: Api, version: number): PlatformaticVersion | undefined {
  const name = `${api.name.charAt(0).toLowerCase()}${api.name.slice(1)}V${version}`
  return (platformatic as unknown as Record<string, PlatformaticVersion | undefined>)[name]
}

/** The versions of an API which @platformatic/kafka can read. */
export function platformaticVersions(api: Api): number[] {
  const [min, max] = api.versions
  const all = Array.from({ length: max - min + 1 }, (_, index) => min + index)
  return all.filter((version) => platformaticVersion(api, version) !== undefined)
}

/** From this version on an answer's header has tags; ApiVersions never has (KIP-511). */
function headerBytes(api: Api, version: number): number {
  const hasTags = api.key !== 18 && api.flexibleFrom !== null && version >= api.flexibleFrom
  return hasTags ? 5 : 4
}

/**
 * Reads a frame by the parser of @platformatic/kafka, to its last byte. Values come in our forms: numbers for bigints,
 * Kafka's form of uuids. Error codes inside do not keep it from being read.
 */
export function readAsPlatformatic(api: Api, version: number, frame: Buffer): unknown {
  const reader = platformatic.Reader.from(frame.subarray(headerBytes(api, version)))
  const parsed = parsedOrRefused(() =>
    platformaticVersion(api, version)!.parseResponse(1, api.key, version, reader),
  )
  if (reader.remaining !== 0) throw new Error(`${api.name} v${version}: ${reader.remaining} bytes left over`)
  return inOurForms(parsed)
}

/** Asks as @platformatic/kafka does, by its encoder, and reads the answer by its parser. */
export async function askAsPlatformatic(
  client: Client,
  api: Api,
  version: number,
  ...args: unknown[]
): Promise<unknown> {
  const { buffer } = platformaticVersion(api, version)!.createRequest(...args)
  const isFlexible = api.flexibleFrom !== null && version >= api.flexibleFrom
  const clientId = Buffer.from('platformatic')
  const header = Buffer.alloc(14 + clientId.length + (isFlexible ? 1 : 0))
  header.writeInt32BE(header.length - 4 + buffer.length, 0)
  header.writeInt16BE(api.key, 4)
  header.writeInt16BE(version, 6)
  header.writeInt32BE(901, 8)
  header.writeInt16BE(clientId.length, 12)
  clientId.copy(header, 14)
  client.sendBytes(Buffer.concat([header, buffer]))
  return readAsPlatformatic(api, version, await client.take())
}

/** Its parsers throw what they have read when there is an error code in it. */
function parsedOrRefused(parse: () => unknown): unknown {
  try {
    return parse()
  } catch (error) {
    const { response } = error as { response?: unknown }
    if (response === undefined) throw error
    return response
  }
}

function inOurForms(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) {
    return Buffer.from(value.replaceAll('-', ''), 'hex').toString('base64url')
  }
  if (Array.isArray(value)) return value.map(inOurForms)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inOurForms(each)]))
}

/** A uuid as @platformatic/kafka writes it. */
export function dashed(uuid: string): string {
  const hex = Buffer.from(uuid, 'base64url').toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * Where two readings of an answer differ, as sentences; none when they agree. Looked at are the fields which the
 * version has and the other reader too, but for record batches, which it takes apart.
 */
export function differences(api: Api, version: number, ours: unknown, theirs: unknown): string[] {
  return ofStruct(api.response.fields, version, ours, theirs, api.name)
}

function ofStruct(fields: Fields, version: number, ours: unknown, theirs: unknown, path: string): string[] {
  const names = Object.keys(fields).filter((name) => hasVersion(fields[name]!.versions, version))
  return names.flatMap((name) =>
    ofField(fields[name]!, version, (ours as Plain)[name], (theirs as Plain)[name], `${path}.${name}`),
  )
}

function ofField(field: Field, version: number, ours: unknown, theirs: unknown, path: string): string[] {
  if (theirs === undefined || field.kind === 'records') return []
  if (field.kind === 'struct') return ofStruct(field.fields, version, ours, theirs, path)
  if (field.kind !== 'array' || ours === null || theirs === null) {
    const same = Buffer.isBuffer(ours) ? ours.equals(theirs as Buffer) : ours === theirs
    return same ? [] : [`${path}: ${String(ours)} is read as ${String(theirs)}`]
  }
  const [mine, other] = [ours as unknown[], theirs as unknown[]]
  if (mine.length !== other.length) return [`${path}: ${mine.length} elements are read as ${other.length}`]
  return mine.flatMap((each, index) =>
    ofField(field.element, version, each, other[index], `${path}.${index}`),
  )
}
