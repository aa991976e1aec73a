import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { ProduceProgress, RecordsFile } from '../../../shared/ipc/produce.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import type { OutgoingRecord } from './content.ts'
import { sizeOf } from './content.ts'
import { ROUND_BYTES, ROUND_RECORDS } from './many.ts'
import { TopicProducer } from './producer.ts'
import { Progress } from './progress.ts'
import { LineError, recordOfLine } from './record-line.ts'

interface NumberedRecord {
  line: number
  record: OutgoingRecord
}

/** Sends a file's records in its order; a line that is no record is told by its number, and the next one follows. */
export async function* produceFile(
  access: ClusterAccess,
  asked: RecordsFile,
  signal: AbortSignal,
): AsyncGenerator<ProduceProgress, void> {
  const producer = new TopicProducer(access, asked.topic, asked.acks, asked.keyless)
  const progress = new Progress(null)
  const lines = createInterface({ input: createReadStream(asked.file, { signal }), crlfDelay: Infinity })
  let round: NumberedRecord[] = []
  let roundBytes = 0
  let line = 0
  let records = 0

  const flush = async () => {
    const sending = round
    round = []
    roundBytes = 0
    const outcomes = await producer.send(sending.map(({ record }) => record))
    progress.take(outcomes, (index) => sending[index]?.line ?? null)
  }

  try {
    for await (const text of lines) {
      if (signal.aborted) break
      line++
      if (text.trim() === '') continue
      records++
      const record = parsed(text, line, progress)
      if (record) {
        round.push({ line, record })
        roundBytes += sizeOf(record)
      }
      if (round.length >= ROUND_RECORDS || roundBytes >= ROUND_BYTES) await flush()
      if (progress.isDue) yield progress.tell(false)
    }
    if (round.length > 0 && !signal.aborted) await flush()
    progress.total = records
    yield progress.tell(true)
  } finally {
    lines.close()
  }
}

function parsed(text: string, line: number, progress: Progress): OutgoingRecord | null {
  try {
    // A file from Windows may begin with a mark of its encoding.
    return recordOfLine(text.replace(/^\uFEFF/u, ''))
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    progress.fail(line, error.message)
    return null
  }
}
