import { onTestFinished } from 'vitest'
import type { Beginning, ReadChunk, Reading, RecordRows, TextFilter } from '../../../src/shared/ipc/browse.ts'
import { Cluster as BrowsedCluster } from '../../../src/main/sessions/browse/cluster.ts'
import { rangeOf } from '../../../src/main/sessions/browse/range.ts'
import { readRecords } from '../../../src/main/sessions/browse/read.ts'
import type { Cluster } from '../cluster.ts'

/** The part of a session that reads records, on a real cluster. */
export function browsed(cluster: Cluster): BrowsedCluster {
  return new BrowsedCluster({
    clientId: 'browse-test',
    bootstrap: cluster.addresses.map((address) => {
      const [host = '', port] = address.split(':')
      return { host, port: Number(port) }
    }),
    connection: { requestTimeout: 10_000 },
  })
}

export interface Asked {
  topic: string
  beginning?: Beginning
  partitions?: number[]
  filter?: Partial<TextFilter> & { text: string }
  isolation?: Reading['isolation']
}

/** The reading a page would ask for. */
export async function readingOf(cluster: BrowsedCluster, asked: Asked): Promise<Reading> {
  const { topic, partitions, isolation = 'read_uncommitted', beginning = { at: 'newest' as const } } = asked
  const { bounds, direction } = await rangeOf(cluster, {
    topic,
    isolation,
    partitions: partitions ?? null,
    beginning,
  })
  return { cluster: 'test', topic, isolation, bounds, direction, filter: filterOf(asked.filter) }
}

export function filterOf(filter: Asked['filter']): TextFilter | null {
  if (!filter) return null
  return { regex: false, matchCase: false, fields: { key: true, value: true, headers: true }, ...filter }
}

export interface ReadResult {
  chunks: ReadChunk[]
  /** `partition/offset` in the order they came. */
  places: string[]
  values: (string | null)[]
  last: ReadChunk
}

export async function readAll(
  cluster: BrowsedCluster,
  reading: Reading,
  pageRows = 256,
): Promise<ReadResult> {
  const chunks: ReadChunk[] = []
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  for await (const chunk of readRecords(cluster, { ...reading, pageRows }, abort.signal)) chunks.push(chunk)
  return {
    chunks,
    places: chunks.flatMap(({ rows }) => placesOf(rows)),
    values: chunks.flatMap(({ rows }) => rows.value),
    last: chunks.at(-1)!,
  }
}

export function placesOf({ partition, offset }: RecordRows): string[] {
  return Array.from(partition, (id, index) => `${id}/${offset[index]}`)
}
