/**
 * Whole requests and responses: a header and a body. On the socket a frame follows its size in four bytes,
 * which encoding writes and decoding expects to be gone.
 */
import { isFlexible } from './api.ts'
import type { Api, RequestInput, RequestOf, ResponseInput, ResponseOf } from './api.ts'
import { decode, DecodeError, encode, Reader, Writer } from './codec.ts'
import type { Infer, Message } from './schema.ts'
import { apiByKey } from './messages/index.ts'

export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** Where the body begins in the frame. */
  readonly bodyOffset: number
}

const SIZE_BYTES = 4
const API_VERSIONS_KEY = 18

export function encodeRequest<A extends Api>(
  api: A,
  version: number,
  header: { readonly correlationId: number; readonly clientId: string | null },
  body: RequestInput<A>,
): Buffer[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(header.correlationId)
  writeClientId(writer, header.clientId)
  if (isFlexible(api, version)) writer.unsignedVarint(0)
  encode(api.request, version, body, writer)
  return withSize(writer)
}

/**
 * The header alone. An API or version this build does not know still gives what can be read, because the answer
 * to an ApiVersions request from the future, and a sensible line in the log, both need the correlation id.
 */
export function decodeRequestHeader(frame: Buffer): RequestHeader {
  const reader = new Reader(frame)
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const api = apiByKey(apiKey)
  const known = api !== undefined && apiVersion >= api.versions[0] && apiVersion <= api.versions[1]
  const clientId = known ? readClientId(reader) : attempt(reader, readClientId)
  if (api !== undefined && isFlexible(api, apiVersion)) {
    if (known) reader.skipTags()
    else attempt(reader, () => reader.skipTags())
  }
  return { apiKey, apiVersion, correlationId, clientId: clientId ?? null, bodyOffset: reader.position }
}

/**
 * What follows the body is ignored, as by Kafka (RequestContext.parseRequest), and clients depend on it: librdkafka
 * 2.12 asks for the metadata of all topics (v9+) with three bytes too many.
 */
export function decodeRequestBody<A extends Api>(
  api: A,
  version: number,
  frame: Buffer,
  bodyOffset: number,
): RequestOf<A> {
  return decode(api.request as A['request'], version, new Reader(frame, bodyOffset))
}

export function encodeResponse<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  body: ResponseInput<A>,
): Buffer[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int32(correlationId)
  if (hasResponseTags(api, version)) writer.unsignedVarint(0)
  encode(api.response, version, body, writer)
  return withSize(writer)
}

export function decodeResponse<A extends Api>(
  api: A,
  version: number,
  frame: Buffer,
): { correlationId: number; body: ResponseOf<A> } {
  const reader = new Reader(frame)
  const correlationId = reader.int32()
  if (hasResponseTags(api, version)) reader.skipTags()
  return { correlationId, body: decodeToEnd(api.response as A['response'], version, reader) }
}

/**
 * ApiVersions answers never have a tag buffer in their header (KIP-511): a client must be able to read the
 * answer of a broker older than itself, before it knows which versions that broker has.
 */
function hasResponseTags(api: Api, version: number): boolean {
  return api.key !== API_VERSIONS_KEY && isFlexible(api, version)
}

/** The client id kept its two-byte length in the flexible header, for the same reason. */
function writeClientId(writer: Writer, clientId: string | null): void {
  if (clientId === null) return writer.int16(-1)
  const size = Buffer.byteLength(clientId)
  writer.int16(size)
  writer.utf8(clientId, size)
}

function readClientId(reader: Reader): string | null {
  const length = reader.int16()
  if (length < -1) throw new DecodeError(`client id of ${length} bytes`)
  return length === -1 ? null : reader.utf8(length)
}

/** Leaves the reader where it was when the bytes turn out to be something else. */
function attempt<T>(reader: Reader, read: (reader: Reader) => T): T | undefined {
  const start = reader.position
  try {
    return read(reader)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    reader.position = start
    return undefined
  }
}

/** Bytes left over mean that the two sides disagree about the layout, so what was read cannot be trusted. */
function decodeToEnd<M extends Message>(message: M, version: number, reader: Reader): Infer<M> {
  const value = decode(message, version, reader)
  if (reader.remaining > 0) {
    throw new DecodeError(`${message.name} v${version}: ${reader.remaining} bytes left over`)
  }
  return value
}

function withSize(writer: Writer): Buffer[] {
  const chunks = writer.chunks()
  chunks[0]!.writeInt32BE(writer.size - SIZE_BYTES, 0)
  return chunks
}
