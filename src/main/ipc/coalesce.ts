/**
 * Hands on the newest value at most once every `intervalMs`, the first one at once. For state that is told as a
 * whole: what lies between two tellings is not missed by anyone.
 */
export function coalesce<T>(intervalMs: number, handOn: (value: T) => void): (value: T) => void {
  let waiting: { value: T } | null = null
  let timer: NodeJS.Timeout | null = null

  const flush = () => {
    timer = null
    if (!waiting) return
    const { value } = waiting
    waiting = null
    timer = setTimeout(flush, intervalMs)
    handOn(value)
  }

  return (value) => {
    waiting = { value }
    if (!timer) flush()
  }
}
