/** One Kafka API: its key, the versions it exists in, and both of its messages. */
import { message } from './schema.ts'
import type { Infer, Input, Message, StructField } from './schema.ts'

export interface Api<Req = unknown, Res = unknown, ReqIn = unknown, ResIn = unknown> {
  readonly key: number
  readonly name: string
  /** The versions that are really encoded and decoded. */
  readonly versions: readonly [min: number, max: number]
  /** The minimum told to clients in ApiVersions, where it has to differ from the true one. */
  readonly advertisedMin: number
  readonly flexibleFrom: number | null
  readonly request: Message<Req, ReqIn>
  readonly response: Message<Res, ResIn>
}

export type RequestOf<A extends Api> = Infer<A['request']>
export type ResponseOf<A extends Api> = Infer<A['response']>
export type RequestInput<A extends Api> = Input<A['request']>
export type ResponseInput<A extends Api> = Input<A['response']>

export interface ApiDeclaration<Req, Res, ReqIn, ResIn> {
  readonly key: number
  readonly name: string
  readonly versions: readonly [min: number, max: number]
  readonly advertisedMin?: number
  readonly flexibleFrom: number | null
  readonly request: StructField<Req, ReqIn>
  readonly response: StructField<Res, ResIn>
}

export function defineApi<Req, Res, ReqIn, ResIn>(
  declaration: ApiDeclaration<Req, Res, ReqIn, ResIn>,
): Api<Req, Res, ReqIn, ResIn> {
  const { key, name, versions, flexibleFrom } = declaration
  return {
    key,
    name,
    versions,
    advertisedMin: declaration.advertisedMin ?? versions[0],
    flexibleFrom,
    request: message(`${name}Request`, versions, flexibleFrom, declaration.request),
    response: message(`${name}Response`, versions, flexibleFrom, declaration.response),
  }
}

export function isFlexible(api: Api, version: number): boolean {
  return api.flexibleFrom !== null && version >= api.flexibleFrom
}

export function hasApiVersion(api: Api, version: number): boolean {
  return version >= api.versions[0] && version <= api.versions[1]
}
