import { createServer } from 'node:net'
import { systemCode } from './failures.ts'

/** Ports below need the administrator on most systems, so no alternative is looked for there. */
const FIRST_UNPRIVILEGED = 1024
const LAST = 65_535

/**
 * Ports `first`, `first + 1`, … of the loopback address: which of them are taken, and where the next run of `count`
 * free ones begins (`first` itself when none is taken).
 *
 * A port is tried by listening on it, so a port this user may not open counts as taken. Between this check and its
 * use another program can still take one: the listener's own error stays the last word.
 */
export async function checkPorts(
  first: number,
  count: number,
): Promise<{ taken: number[]; suggestion: number }> {
  const wanted = Array.from({ length: count }, (_, index) => first + index)
  const free = await Promise.all(wanted.map(isFree))
  const taken = wanted.filter((_, index) => !free[index])
  return { taken, suggestion: taken.length === 0 ? first : await nextRun((taken.at(-1) ?? first) + 1, count) }
}

async function nextRun(from: number, count: number): Promise<number> {
  return (await firstRun(from, LAST, count)) ?? (await firstRun(FIRST_UNPRIVILEGED, LAST, count)) ?? 0
}

/** The first `count` consecutive free ports; null where there are none up to `last`. */
async function firstRun(from: number, last: number, count: number): Promise<number | null> {
  let start = Math.max(from, FIRST_UNPRIVILEGED)
  for (let port = start; port <= last; port++) {
    if (!(await isFree(port))) start = port + 1
    else if (port - start + 1 === count) return start
  }
  return null
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if (['EADDRINUSE', 'EACCES'].includes(systemCode(error))) resolve(false)
      else reject(error)
    })
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })
}
