import type { Acks, Keyless, Target, TypedRecord } from '../../../shared/ipc/produce.ts'
import { partitionForKey } from '../../../shared/kafka/murmur2.ts'
import type { Field } from './field.ts'
import { bytesOf, contentOf } from './field.ts'
import { jsonErrorOf } from './json-error.ts'

export interface HeaderForm {
  id: number
  name: string
  value: Field
}

/** A record as it stands in the form. */
export interface RecordForm {
  key: Field
  value: Field
  headers: HeaderForm[]
  /** Null: by key. */
  partition: number | null
  acks: Acks
  keyless: Keyless
}

export function emptyForm(): RecordForm {
  return {
    key: { encoding: 'text', text: '' },
    value: { encoding: 'json', text: '{\n  \n}' },
    headers: [],
    partition: null,
    acks: 'all',
    keyless: 'sticky',
  }
}

export function recordOf({ key, value, headers, partition }: RecordForm): TypedRecord {
  return {
    key: contentOf(key),
    value: contentOf(value),
    headers: headers.map((header) => ({ name: header.name, value: contentOf(header.value) })),
    partition,
  }
}

export function targetOf(cluster: string, topic: string, { acks, keyless }: RecordForm): Target {
  return { cluster, topic, acks, keyless }
}

/** Whether every field has bytes. JSON that is none is sent by nobody on purpose. */
export function isSendable({ key, value, headers }: RecordForm): boolean {
  return [key, value, ...headers.map((header) => header.value)].every(isComplete)
}

function isComplete(field: Field): boolean {
  if (field.encoding === 'json') return jsonErrorOf(field.text) === null
  return bytesOf(field) !== undefined
}

export type Destination =
  | { kind: 'given' | 'by-key'; partition: number }
  /** No key: chosen when it is sent. */
  | { kind: 'any' }
  /** Not known: no topic yet, or no whole key. */
  | { kind: 'unknown' }

/** Where a record will go, as its key is typed. */
export function destinationOf({ key, partition }: RecordForm, partitions: number | null): Destination {
  if (partition !== null) return { kind: 'given', partition }
  const bytes = bytesOf(key)
  if (bytes === null) return { kind: 'any' }
  if (bytes === undefined || partitions === null) return { kind: 'unknown' }
  return { kind: 'by-key', partition: partitionForKey(bytes, partitions) }
}

/** Of key, value and headers together, without what the batch around them takes. */
export function sizeOf({ key, value, headers }: RecordForm): number {
  const fields = [key, value, ...headers.map((header) => header.value)]
  const names = headers.reduce((sum, { name }) => sum + new TextEncoder().encode(name).length, 0)
  return fields.reduce((sum, field) => sum + (bytesOf(field)?.length ?? 0), names)
}

/** A form that was kept as text; null where it is not one. */
export function parsedForm(text: string): RecordForm | null {
  try {
    const form = JSON.parse(text) as Partial<RecordForm>
    if (!form.key || !form.value || !Array.isArray(form.headers)) return null
    return { ...emptyForm(), ...form }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
