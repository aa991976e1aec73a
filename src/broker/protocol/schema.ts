/**
 * Builders that declare a Kafka message once. The declaration is a plain value (the codec walks it) and its
 * TypeScript type is the message's type, so field names, wire types and handler types cannot drift apart.
 *
 *     const request = struct({
 *       groupId: string('0+'),
 *       groupInstanceId: string('3+', { nullable: '3+', default: null }),
 *       topics: array('0+', { name: string('0+'), partitions: array('0+', int32()) }),
 *     })
 *
 * Version ranges are Kafka's notation: `'3+'`, `'0-4'`, `'7'`.
 */

export type ScalarKind =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint16'
  | 'float64'
  | 'bool'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'

declare const OUT: unique symbol
declare const IN: unique symbol

/** Type-level only: what decoding gives and what encoding takes. No value ever carries these keys. */
export interface Typed<Out, In> {
  readonly [OUT]?: Out
  readonly [IN]?: In
}

export interface Options<Default = unknown> {
  /** Versions in which the field may be null. */
  readonly nullable?: string
  /** Versions in which the field is in the tag buffer (KIP-482), and left out when it has its default. */
  readonly tagged?: { readonly tag: number; readonly versions: string }
  /** The value of the field where it is absent. Without it: 0, "", false, [] or a struct of defaults. */
  readonly default?: Default | null
  /** May be dropped silently when it is set in a version that has no room for it. */
  readonly ignorable?: boolean
}

interface Common extends Options {
  readonly versions: string
}

export interface ScalarField<Out = unknown, In = unknown> extends Common, Typed<Out, In> {
  readonly kind: ScalarKind
}

export interface ArrayField<Out = unknown, In = unknown> extends Common, Typed<Out, In> {
  readonly kind: 'array'
  readonly element: Field
}

export interface StructField<Out = unknown, In = unknown> extends Common, Typed<Out, In> {
  readonly kind: 'struct'
  readonly fields: Fields
}

export type Field<Out = unknown, In = unknown> =
  ScalarField<Out, In> | ArrayField<Out, In> | StructField<Out, In>

export interface Fields {
  readonly [name: string]: Field
}

/** A struct with the versions it exists in: what the codec compiles. */
export interface Message<Out = unknown, In = unknown> extends Typed<Out, In> {
  readonly name: string
  readonly versions: readonly [min: number, max: number]
  /** First version with compact lengths and tag buffers (KIP-482); null when there is none. */
  readonly flexibleFrom: number | null
  readonly fields: Fields
}

/** The decoded type of a field or message: every field of every version is there. */
export type Infer<S> = S extends Typed<infer Out, unknown> ? Out : never
/** The type `encode` takes: every field may be left out and then has its default. */
export type Input<S> = S extends Typed<unknown, infer In> ? In : never

export type FieldsOut<F extends Fields> = { -readonly [K in keyof F]: Infer<F[K]> }
export type FieldsIn<F extends Fields> = { readonly [K in keyof F]?: Input<F[K]> | undefined }

type OrNull<O, T> = O extends { readonly nullable: string } ? T | null : T

type Element = Field | Fields
type ElementOut<E> = E extends Field ? Infer<E> : E extends Fields ? FieldsOut<E> : never
type ElementIn<E> = E extends Field ? Input<E> : E extends Fields ? FieldsIn<E> : never

/** The all-zero uuid, which Kafka uses for "no topic id", in the form uuids have here. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** Java's Long.MAX_VALUE as an int64 field gives it: 2^63, the nearest double. */
export const MAX_INT64 = 2 ** 63

function scalar<T, I = T>(kind: ScalarKind) {
  return <const O extends Options<T> = Options<T>>(
    versions = '0+',
    options?: O,
  ): ScalarField<OrNull<O, T>, OrNull<O, I>> => ({ kind, versions, ...options })
}

export const int8 = scalar<number>('int8')
export const int16 = scalar<number>('int16')
export const int32 = scalar<number>('int32')
/**
 * A JavaScript number, not a bigint: offsets, timestamps and producer ids stay far below 2^53, and bigint
 * arithmetic would infect (and slow) every comparison in the log. The values beyond that matter only as
 * "unlimited": Long.MAX_VALUE and Long.MIN_VALUE become ±2^63, and encoding clamps to the int64 range, so both
 * survive a round trip.
 */
export const int64 = scalar<number>('int64')
export const uint16 = scalar<number>('uint16')
export const float64 = scalar<number>('float64')
export const bool = scalar<boolean>('bool')
/** A string in the form Kafka prints: base64url without padding, 22 characters. */
export const uuid = scalar<string>('uuid')
export const string = scalar<string>('string')
/** Decoded as a view of the frame, without a copy: what is kept beyond the request has to be copied. */
export const bytes = scalar<Buffer>('bytes')

/**
 * Record batches, opaque here. Encoding also takes several Buffers, which go to the socket one after the other:
 * a Fetch answer is made of stored batches and never concatenates them. Null where Kafka has no value, which is
 * also the default.
 */
export function records<const O extends Options<Buffer>>(
  versions = '0+',
  options?: O,
): ScalarField<Buffer | null, Buffer | readonly Buffer[] | null> {
  return { kind: 'records', versions, default: null, ...options }
}

export function array<const E extends Element>(
  versions: string,
  element: E,
): ArrayField<ElementOut<E>[], readonly ElementIn<E>[]>
export function array<const O extends Options<readonly never[]>, const E extends Element>(
  versions: string,
  options: O,
  element: E,
): ArrayField<OrNull<O, ElementOut<E>[]>, OrNull<O, readonly ElementIn<E>[]>>
export function array(versions: string, ...rest: [Element] | [Options, Element]): ArrayField {
  const [options, element] = rest.length === 1 ? [{}, rest[0]] : rest
  return { kind: 'array', versions, ...options, element: isField(element) ? element : struct(element) }
}

export function struct<const F extends Fields>(fields: F): StructField<FieldsOut<F>, FieldsIn<F>>
export function struct<const F extends Fields>(
  versions: string,
  fields: F,
): StructField<FieldsOut<F>, FieldsIn<F>>
export function struct<const O extends Options<never>, const F extends Fields>(
  versions: string,
  options: O,
  fields: F,
): StructField<OrNull<O, FieldsOut<F>>, OrNull<O, FieldsIn<F>>>
export function struct(...args: [Fields] | [string, Fields] | [string, Options, Fields]): StructField {
  if (args.length === 1) return { kind: 'struct', versions: '0+', fields: args[0] }
  if (args.length === 2) return { kind: 'struct', versions: args[0], fields: args[1] }
  return { kind: 'struct', versions: args[0], ...args[1], fields: args[2] }
}

/** A field's `kind` is a string; in a record of fields, one that happens to be called "kind" is a Field. */
function isField(element: Element): element is Field {
  return typeof element.kind === 'string'
}

/** Gives a struct the versions it exists in. */
export function message<Out, In>(
  name: string,
  versions: readonly [min: number, max: number],
  flexibleFrom: number | null,
  body: StructField<Out, In>,
): Message<Out, In> {
  return { name, versions, flexibleFrom, fields: body.fields }
}

/** `'3+'` → [3, ∞], `'0-4'` → [0, 4], `'7'` → [7, 7]. */
export function parseVersions(range: string): readonly [min: number, max: number] {
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(range)
  if (match === null) throw new TypeError(`not a version range: ${range}`)
  const min = Number(match[1])
  if (match[2] !== undefined) return [min, Infinity]
  return [min, match[3] === undefined ? min : Number(match[3])]
}

export function hasVersion(range: string | undefined, version: number): boolean {
  if (range === undefined) return false
  const [min, max] = parseVersions(range)
  return version >= min && version <= max
}
