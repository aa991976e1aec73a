import type { z } from './zod.ts'

/** Carries a type and no value: what comes back is made by our own process and needs no check at run time. */
export interface Type<T> {
  readonly type?: T
}

export function of<T>(): Type<T> {
  return {}
}

/** Asked once, answered once. */
export interface Call<I extends z.ZodType, O> {
  readonly kind: 'call'
  readonly input: I
  readonly output: Type<O>
}

/** Pulled by the asker, one chunk at a time, until it ends or is aborted: who does not pull, is not flooded. */
export interface Stream<I extends z.ZodType, C> {
  readonly kind: 'stream'
  readonly input: I
  readonly chunk: Type<C>
}

/** Told by the server to everyone who listens. Listeners see the newest state; none is kept for them. */
export interface Notice<P> {
  readonly kind: 'notice'
  readonly payload: Type<P>
}

export type Declaration = Call<z.ZodType, unknown> | Stream<z.ZodType, unknown> | Notice<unknown>
export type Contract = Record<string, Record<string, Declaration>>

export function call<I extends z.ZodType, O>(declared: { input: I; output: Type<O> }): Call<I, O> {
  return { kind: 'call', ...declared }
}

export function stream<I extends z.ZodType, C>(declared: { input: I; chunk: Type<C> }): Stream<I, C> {
  return { kind: 'stream', ...declared }
}

export function notice<P>(payload: Type<P>): Notice<P> {
  return { kind: 'notice', payload }
}
