/** `share.auto.offset.reset`: where a share group begins with a partition it has never read. */
export type ShareOffsetReset =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  /** With the records of the last so many milliseconds. */
  | { readonly kind: 'duration'; readonly durationMs: number }

const DURATION_PREFIX = 'by_duration:'
/** ISO 8601 as Java's Duration.parse reads it: days, hours, minutes, seconds. */
const DURATION = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$/i
const DAY_MS = 86_400_000

/** A reason why the value is refused, or null. */
export function offsetResetProblem(value: string): string | null {
  return parse(value) === null
    ? 'Expected earliest, latest or by_duration:PnDTnHnMn.nS with a duration that is not negative'
    : null
}

/** For a value that was accepted. */
export function autoOffsetResetOf(value: string): ShareOffsetReset {
  return parse(value) ?? { kind: 'latest' }
}

function parse(value: string): ShareOffsetReset | null {
  if (value === 'earliest' || value === 'latest') return { kind: value }
  if (!value.startsWith(DURATION_PREFIX)) return null
  const match = DURATION.exec(value.slice(DURATION_PREFIX.length))
  const [days, hours, minutes, seconds] = match?.slice(1) ?? []
  if ([days, hours, minutes, seconds].every((part) => part === undefined)) return null
  const durationMs =
    Number(days ?? 0) * DAY_MS +
    Number(hours ?? 0) * 3_600_000 +
    Number(minutes ?? 0) * 60_000 +
    Math.floor(Number(seconds ?? 0) * 1000)
  return { kind: 'duration', durationMs }
}
