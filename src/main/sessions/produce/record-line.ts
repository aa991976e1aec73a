import type { OutgoingRecord } from './content.ts'
import { jsonElements, jsonMembers } from './json-members.ts'

/** What is wrong with a line, as its reader is told it. */
export class LineError extends Error {}

const KNOWN = new Set(['key', 'value', 'headers', 'partition'])
/** What an export adds to a record; it says nothing about where the record shall go. */
const IGNORED = new Set(['topic', 'offset', 'timestamp', 'timestampMs', 'timestampType'])

/**
 * A record from one line of NDJSON: `{"key", "value", "headers", "partition"}`, every one of them optional. A string
 * is its text, null is null, and anything else its JSON as it stands in the line. `{"base64": "AP8="}` and
 * `{"hex": "00ff"}` are bytes: what Browse exports comes back as it was. Headers are an object, or a list of `[name, value]` where names repeat.
 */
export function recordOfLine(line: string): OutgoingRecord {
  const members = membersOf(line)
  for (const name of members.keys()) {
    if (!KNOWN.has(name) && !IGNORED.has(name)) throw new LineError(`"${name}" is not known here`)
  }
  return {
    key: bytesOf(members.get('key')),
    value: bytesOf(members.get('value')),
    headers: headersOf(members.get('headers')),
    partition: partitionOf(members.get('partition')),
  }
}

function membersOf(line: string): Map<string, string> {
  try {
    return jsonMembers(line)
  } catch (error) {
    throw new LineError(error instanceof Error ? error.message : String(error))
  }
}

function bytesOf(json: string | undefined): Buffer | null {
  if (json === undefined || json === 'null') return null
  if (json.startsWith('"')) return Buffer.from(JSON.parse(json) as string, 'utf8')
  return encodedBytes(json) ?? Buffer.from(json, 'utf8')
}

function encodedBytes(json: string): Buffer | null {
  if (!json.startsWith('{')) return null
  const members = jsonMembers(json)
  const [only, ...others] = members
  if (!only || others.length > 0) return null
  const [name, text] = only
  if (name !== 'hex' && name !== 'base64') return null
  const digits: unknown = JSON.parse(text)
  const pattern = name === 'hex' ? /^(?:[0-9a-f]{2})*$/iu : /^[A-Za-z0-9+/]*={0,2}$/u
  if (typeof digits !== 'string' || !pattern.test(digits))
    throw new LineError(`${name} does not make whole bytes`)
  return Buffer.from(digits, name === 'hex' ? 'hex' : 'base64')
}

function headersOf(json: string | undefined): OutgoingRecord['headers'] {
  if (json === undefined || json === 'null') return []
  if (json.startsWith('{')) {
    return [...jsonMembers(json)].map(([name, value]) => ({ name, value: bytesOf(value) }))
  }
  if (!json.startsWith('[')) throw new LineError('headers must be an object or a list')
  return jsonElements(json).map(headerOf)
}

function headerOf(json: string): OutgoingRecord['headers'][number] {
  const [name, value, ...rest] = json.startsWith('[') ? jsonElements(json) : namedHeader(json)
  if (!name?.startsWith('"') || rest.length > 0) throw new LineError('a header must be [name, value]')
  return { name: JSON.parse(name) as string, value: bytesOf(value) }
}

/** The other way to write it: `{"name": …, "value": …}`. */
function namedHeader(json: string): (string | undefined)[] {
  if (!json.startsWith('{')) throw new LineError('a header must be [name, value]')
  const members = jsonMembers(json)
  return [members.get('name') ?? members.get('key'), members.get('value')]
}

function partitionOf(json: string | undefined): number | null {
  if (json === undefined || json === 'null') return null
  if (!/^\d{1,9}$/u.test(json)) throw new LineError('partition must be a whole number from 0')
  return Number(json)
}
