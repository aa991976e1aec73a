/** A field's value where the wire does not give one. */
import { ZERO_UUID } from './schema.ts'
import type { Field, Fields } from './schema.ts'

export interface Default {
  /** A new array or struct every time, so that no two messages share one. */
  readonly fresh: () => unknown
  /** True for `undefined` too: a field that was left out. */
  readonly is: (value: unknown) => boolean
}

const EMPTY = Buffer.alloc(0)

const zeroes = {
  int8: 0,
  int16: 0,
  int32: 0,
  int64: 0,
  uint16: 0,
  float64: 0,
  bool: false,
  uuid: ZERO_UUID,
  string: '',
  bytes: EMPTY,
  records: null,
}

export function defaultOf(field: Field): Default {
  if (field.default === null) return constant(null)
  if (field.kind === 'array') return { fresh: () => [], is: isEmpty }
  if (field.kind === 'bytes') return { fresh: () => EMPTY, is: isEmpty }
  if (field.kind === 'struct') return structDefault(field.fields)
  return constant(field.default ?? zeroes[field.kind])
}

function constant(value: unknown): Default {
  return { fresh: () => value, is: (other) => other === undefined || other === value }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (value as { length: number } | null)?.length === 0
}

function structDefault(fields: Fields): Default {
  const members = Object.entries(fields).map(([name, field]) => ({ name, ...defaultOf(field) }))
  return {
    fresh: () => Object.fromEntries(members.map(({ name, fresh }) => [name, fresh()])),
    is(value) {
      if (value === undefined) return true
      if (value === null) return false
      return members.every(({ name, is }) => is((value as Record<string, unknown>)[name]))
    },
  }
}
