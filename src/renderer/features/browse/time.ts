const two = (value: number) => String(value).padStart(2, '0')
const three = (value: number) => String(value).padStart(3, '0')

/** HH:mm:ss.SSS in the user's zone, with the date where it is not today. */
export function shortTime(timestampMs: number, now: Date): string {
  const time = new Date(timestampMs)
  if (timestampMs < 0 || Number.isNaN(time.getTime())) return String(timestampMs)
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${three(time.getMilliseconds())}`
  return time.toDateString() === now.toDateString() ? clock : `${dateOf(time)} ${clock}`
}

/** With date, milliseconds and zone. */
export function fullTime(timestampMs: number): string {
  const time = new Date(timestampMs)
  if (timestampMs < 0 || Number.isNaN(time.getTime())) return String(timestampMs)
  const minutes = -time.getTimezoneOffset()
  const sign = minutes < 0 ? '−' : '+'
  const zone = `${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
  return `${dateOf(time)} ${shortTime(timestampMs, time)} UTC${zone}`
}

/** For a `datetime-local` field. */
export function fieldTime(timestampMs: number): string {
  const time = new Date(timestampMs)
  return `${dateOf(time)}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

function dateOf(time: Date): string {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}
