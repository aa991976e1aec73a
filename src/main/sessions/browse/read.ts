import type { ReadChunk, Reading } from '../../../shared/ipc/browse.ts'
import { FIRST_CHUNK_ROWS } from '../../../shared/ipc/browse.ts'
import type { Hit } from './block.ts'
import type { Cluster } from './cluster.ts'
import { rowsOf } from './rows.ts'
import { Scan } from './scan.ts'
import { TopicSource } from './topic-source.ts'

/** As often as anyone is told how far a search is. */
const TELL_MS = 100

/**
 * The records within bounds, by chunks: a full page as soon as there is one, else how far it is ten times a second.
 * Works while it is pulled and rests while it isn't, with what it has read ahead.
 */
export async function* readRecords(
  cluster: Cluster,
  reading: Reading & { pageRows: number },
  signal: AbortSignal,
): AsyncGenerator<ReadChunk, void> {
  const source = new TopicSource(cluster, reading.topic, reading.isolation, signal)
  try {
    let pageRows = Math.min(reading.pageRows, FIRST_CHUNK_ROWS)
    const scan = new Scan(source, reading, pageRows, signal)
    if (reading.bounds.length > 0) await source.connect()
    while (!signal.aborted) {
      const hits = await fill(scan, pageRows, signal)
      const rest = scan.rest
      yield { rows: rowsOf(hits), rest, progress: scan.progress, problems: scan.takeProblems() }
      if (rest.length === 0) return
      if (hits.length > 0) pageRows = reading.pageRows
    }
  } finally {
    source.close()
  }
}

async function fill(scan: Scan, pageRows: number, signal: AbortSignal): Promise<Hit[]> {
  const hits: Hit[] = []
  const untilMs = performance.now() + TELL_MS
  while (hits.length < pageRows && !signal.aborted) {
    const hit = scan.take()
    if (hit) {
      hits.push(hit)
      continue
    }
    if (scan.isEnded || performance.now() >= untilMs) break
    await scan.advance()
  }
  return hits
}
