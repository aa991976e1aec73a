import type { Api } from '../../src/broker/protocol/api.ts'

/** Every version of an API, lowest first. */
export function versionsOf({ versions: [min, max] }: Api): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index)
}

/** The versions of an API from `first` on. */
export function versionsFrom(api: Api, first: number): number[] {
  return versionsOf(api).filter((version) => version >= first)
}

/** The versions of an API before `end`. */
export function versionsBefore(api: Api, end: number): number[] {
  return versionsOf(api).filter((version) => version < end)
}

/** What a field that came with version `first` has: `value`, and in older versions the field's default. */
export function since<T, B>(first: number, version: number, value: T, before: B): T | B {
  return version >= first ? value : before
}
