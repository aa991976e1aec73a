import type { HandlersOf } from '../../../shared/channel/server.ts'
import { FailureError } from '../../../shared/channel/failure.ts'
import type { FullRecord, Place, sessionBrowse } from '../../../shared/ipc/browse.ts'
import { ClusterAccess } from '../cluster-access.ts'
import { describeKafkaError } from '../kafka-failure.ts'
import type { ClusterOptions } from './cluster.ts'
import { Cluster } from './cluster.ts'
import { exportRecords } from './export-file.ts'
import { formatJson } from './json-format.ts'
import { produceAgain } from './produce-again.ts'
import { rangeOf } from './range.ts'
import { readRecords } from './read.ts'
import { readRecord } from './record.ts'
import { tailRecords } from './tail.ts'

type Handlers = HandlersOf<{ browse: typeof sessionBrowse }>['browse']

/** All that a session does with records. */
export function serveBrowse(options: ClusterOptions): Handlers {
  const cluster = new Cluster(options)
  const access = new ClusterAccess(options)
  const opened = new OpenedRecord(cluster)
  return {
    topics: () => described(() => listTopics(cluster)),
    range: (question) => described(() => rangeOf(cluster, question)),
    read: (reading, signal) => describedStream(readRecords(cluster, reading, signal)),
    tail: (question, signal) => describedStream(tailRecords(cluster, question, signal)),
    record: (place) => described(() => opened.readAnew(place)),
    formatJson: ({ part, ...place }) =>
      described(async () => formatJson((await opened.read(place))[part] ?? new Uint8Array())),
    produceAgain: (place) =>
      described(async () => produceAgain(access, place.topic, await opened.read(place))),
    export: (question, signal) => describedStream(exportRecords(cluster, question, signal)),
  }
}

async function listTopics(cluster: Cluster) {
  const pool = cluster.shelf.take()
  try {
    const topics = await cluster.metadata(pool, null)
    return topics
      .map(({ name, isInternal, partitions }) => ({ name, isInternal, partitions: partitions.length }))
      .sort((one, other) => one.name.localeCompare(other.name))
  } finally {
    cluster.shelf.giveBack(pool)
  }
}

/** The record that was opened last is kept: its JSON is asked for next. */
class OpenedRecord {
  readonly #cluster: Cluster
  #last: { key: string; record: FullRecord } | null = null

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** As it was when it was opened, if it is the one. */
  async read(place: Place): Promise<FullRecord> {
    return this.#last?.key === keyOf(place) ? this.#last.record : this.readAnew(place)
  }

  async readAnew(place: Place): Promise<FullRecord> {
    const { topic, partition, offset } = place
    const record = await readRecord(this.#cluster, { topic, partition, offset })
    this.#last = { key: keyOf(place), record }
    return record
  }
}

function keyOf({ topic, partition, offset }: Place): string {
  return JSON.stringify([topic, partition, offset])
}

/** What the Kafka client throws becomes a failure with a cause; failures pass as they are. */
async function described<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw asFailure(error)
  }
}

async function* describedStream<T>(chunks: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* chunks
  } catch (error) {
    throw asFailure(error)
  }
}

function asFailure(error: unknown): FailureError {
  return error instanceof FailureError ? error : new FailureError(describeKafkaError(error), error)
}
