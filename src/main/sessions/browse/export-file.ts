import { open, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { FailureError } from '../../../shared/channel/failure.ts'
import type { ExportFormat, ExportProgress, Reading } from '../../../shared/ipc/browse.ts'
import type { Cluster } from './cluster.ts'
import { fileHead, lineOf } from './export-format.ts'
import { Scan } from './scan.ts'
import { TopicSource } from './topic-source.ts'

export interface ExportQuestion extends Reading {
  format: ExportFormat
  limit: number | null
  file: string
}

const TELL_MS = 100
/** Written at once: fewer calls, and still little memory. */
const WRITE_CHARACTERS = 256 * 1024
const FIRST_ROWS = 1_000

/** Writes records to a file, in the order a reading has them. A cancelled or failed export leaves no file. */
export async function* exportRecords(
  cluster: Cluster,
  question: ExportQuestion,
  signal: AbortSignal,
): AsyncGenerator<ExportProgress, void> {
  const source = new TopicSource(cluster, question.topic, question.isolation, signal)
  const begunMs = performance.now()
  const file = await openFile(question.file)
  let isDone = false
  try {
    const scan = new Scan(source, question, Math.min(question.limit ?? FIRST_ROWS, FIRST_ROWS), signal)
    if (question.bounds.length > 0) await source.connect()
    const writer = new LineWriter(file, question)
    await writer.begin()
    const progress = (state: ExportProgress['state']): ExportProgress => ({
      state,
      file: question.file,
      written: writer.written,
      fileBytes: writer.bytes,
      done: scan.progress.done,
      total: scan.progress.total,
      elapsedMs: performance.now() - begunMs,
    })
    while (!(await writeSome(scan, writer, signal))) {
      if (signal.aborted) return
      yield progress('writing')
    }
    await file.close()
    isDone = true
    yield progress('done')
  } finally {
    source.close()
    if (!isDone) {
      await file.close()
      await rm(question.file, { force: true })
    }
  }
}

/** For a tenth of a second; true at the end. */
async function writeSome(scan: Scan, writer: LineWriter, signal: AbortSignal): Promise<boolean> {
  const untilMs = performance.now() + TELL_MS
  while (!signal.aborted && performance.now() < untilMs) {
    const hit = writer.isFull ? null : scan.take()
    if (hit) {
      writer.add(lineOf(hit, writer.format, writer.topic))
      if (writer.isDue) await writer.flush()
    } else if (writer.isFull || scan.isEnded) {
      await writer.flush()
      return true
    } else {
      await scan.advance()
    }
  }
  return false
}

class LineWriter {
  readonly #file: FileHandle
  readonly format: ExportFormat
  readonly topic: string
  readonly #limit: number
  #lines = ''
  written = 0
  bytes = 0

  constructor(file: FileHandle, { format, topic, limit }: ExportQuestion) {
    this.#file = file
    this.format = format
    this.topic = topic
    this.#limit = limit ?? Infinity
  }

  get isFull(): boolean {
    return this.written >= this.#limit
  }

  get isDue(): boolean {
    return this.#lines.length >= WRITE_CHARACTERS
  }

  async begin(): Promise<void> {
    this.#lines = fileHead(this.format)
    await this.flush()
  }

  add(line: string): void {
    this.#lines += line
    this.written++
  }

  async flush(): Promise<void> {
    if (this.#lines === '') return
    const { bytesWritten } = await this.#file.write(this.#lines)
    this.bytes += bytesWritten
    this.#lines = ''
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w')
  } catch (error) {
    throw new FailureError(
      {
        code: 'FILE_NOT_WRITABLE',
        message: `The file can’t be written: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'Choose another folder.',
      },
      error,
    )
  }
}
