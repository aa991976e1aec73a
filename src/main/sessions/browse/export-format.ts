import { isUtf8 } from 'node:buffer'
import type { ExportFormat } from '../../../shared/ipc/browse.ts'
import type { Hit } from './block.ts'
import { RecordWalker } from './record-walker.ts'

const NULL = -1

/** A file's first line, with its end; empty for a format that has none. */
export function fileHead(format: ExportFormat): string {
  return format === 'csv'
    ? 'partition,offset,timestamp,key,key_encoding,value,value_encoding,headers\r\n'
    : ''
}

/** A record as a line of the file, with its end. */
export function lineOf(hit: Hit, format: ExportFormat, topic: string): string {
  return format === 'csv' ? csvLine(hit) : jsonLine(hit, topic)
}

/** A null is null, and bytes that are no text are `{ "base64": … }`, so that the file can be read back exactly. */
type Field = string | null | { base64: string }

function jsonLine(hit: Hit, topic: string): string {
  const place = { topic, partition: hit.partition, offset: hit.offset, timestamp: hit.timestampMs }
  const record = hit.broken
    ? { ...place, undecodable: hit.broken }
    : {
        ...place,
        key: fieldOf(hit.bytes, hit.keyStart, hit.keyEnd),
        value: fieldOf(hit.bytes, hit.valueStart, hit.valueEnd),
        headers: headersOf(hit),
      }
  return `${JSON.stringify(record)}\n`
}

/** As RFC 4180 has it. An empty text is quoted, a null is nothing at all. */
function csvLine(hit: Hit): string {
  const key = fieldOf(hit.bytes, hit.keyStart, hit.keyEnd)
  const value = hit.broken ? null : fieldOf(hit.bytes, hit.valueStart, hit.valueEnd)
  const headers = hit.broken ? [] : headersOf(hit)
  const cells = [
    String(hit.partition),
    String(hit.offset),
    timeOf(hit.timestampMs),
    textOf(key),
    encodingOf(key),
    textOf(value),
    hit.broken ? quoted(`undecodable: ${hit.broken.message}`) : encodingOf(value),
    headers.length === 0 ? '' : quoted(JSON.stringify(headers)),
  ]
  return `${cells.join(',')}\r\n`
}

function fieldOf(bytes: Buffer, start: number, end: number): Field {
  if (end === NULL) return null
  const field = bytes.subarray(start, end)
  return isUtf8(field) ? field.toString('utf8') : { base64: field.toString('base64') }
}

const walker = new RecordWalker()

/** In their order, and a name may come twice: not an object. */
function headersOf(hit: Hit): { name: string; value: Field }[] {
  const headers: { name: string; value: Field }[] = []
  walker.bytes = hit.bytes
  walker.headersStart = hit.headersStart
  walker.headerCount = hit.headerCount
  walker.headers((nameStart, nameEnd, valueStart, valueEnd) =>
    headers.push({
      name: hit.bytes.toString('utf8', nameStart, nameEnd),
      value: fieldOf(hit.bytes, valueStart, valueEnd),
    }),
  )
  return headers
}

function textOf(field: Field): string {
  if (field === null) return ''
  return quoted(typeof field === 'string' ? field : field.base64)
}

function encodingOf(field: Field): string {
  if (field === null) return 'null'
  return typeof field === 'string' ? 'text' : 'base64'
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

function timeOf(timestampMs: number): string {
  const time = new Date(timestampMs)
  // Timestamps are the producer's, and may be anything.
  return Number.isNaN(time.getTime()) ? String(timestampMs) : time.toISOString()
}
