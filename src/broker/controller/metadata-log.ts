/** The metadata log in the hands of the active controller: written to the store first, then applied to the image. */
import type { Clock } from '../clock.ts'
import { applyAll } from '../metadata/delta.ts'
import type { MetadataDelta } from '../metadata/delta.ts'
import { MetadataImage } from '../metadata/image.ts'
import { decodeMetadataRecord, encodeMetadataRecord } from '../metadata/records.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { ControllerTitle, MetadataStore } from '../storage/metadata-store.ts'

export interface MetadataPart {
  /** The records rebuild the image as it is before `fromOffset`, instead of continuing at it. */
  readonly snapshot: boolean
  readonly fromOffset: number
  readonly records: readonly Buffer[]
}

export class MetadataLog {
  readonly #store: MetadataStore
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  #image: MetadataImage
  /** The encoded records from `#startOffset` to the end: what followers are usually given. */
  #tail: Buffer[] = []
  #startOffset = 0
  #snapshotEnd = 0

  constructor(store: MetadataStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#image = new MetadataImage(store.clusterId)
  }

  get image(): MetadataImage {
    return this.#image
  }

  /** The offset the next record gets. */
  get endOffset(): number {
    return this.#image.offset + 1
  }

  /** Rebuilds the image from the store, as whoever was the controller before has left it. @throws StorageError */
  load(): void {
    const { snapshot, records, logStartOffset, endOffset } = this.#store.load()
    const image = new MetadataImage(this.#store.clusterId)
    const snapshotEnd = snapshot?.endOffset ?? 0
    for (const record of snapshot?.records ?? []) image.apply(snapshotEnd - 1, decodeMetadataRecord(record))
    const beyond = records.slice(Math.max(0, snapshotEnd - logStartOffset))
    const fromOffset = endOffset - beyond.length
    beyond.forEach((record, index) => image.apply(fromOffset + index, decodeMetadataRecord(record)))
    image.offset = endOffset - 1
    this.#image = image
    this.#tail = records
    this.#startOffset = logStartOffset
    this.#snapshotEnd = snapshotEnd
  }

  /** @throws ControllerFencedError, StorageError: nothing was written then, and nothing applied */
  append(title: ControllerTitle, records: readonly MetadataRecord[]): MetadataDelta {
    const encoded = records.map(encodeMetadataRecord)
    const fromOffset = this.endOffset
    this.#store.append(title, fromOffset, encoded, this.#clock.now())
    const delta = applyAll(this.#image, fromOffset, records)
    this.#tail.push(...encoded)
    this.wake()
    return delta
  }

  /**
   * Writes a snapshot when more than `maxRecords` were written since the last one. Half as many records are kept
   * beside it, for followers that are a little behind.
   * @throws ControllerFencedError, StorageError
   */
  snapshotIfDue(title: ControllerTitle, maxRecords: number): void {
    const { endOffset } = this
    if (endOffset - this.#snapshotEnd < maxRecords) return
    const keepFrom = Math.max(this.#startOffset, endOffset - Math.floor(maxRecords / 2))
    const records = this.#image.snapshot().map(encodeMetadataRecord)
    this.#store.writeSnapshot(title, endOffset, records, keepFrom)
    this.#tail = this.#tail.slice(keepFrom - this.#startOffset)
    this.#startOffset = keepFrom
    this.#snapshotEnd = endOffset
  }

  /** What a follower at `nextOffset` has to be given; null when it has everything. */
  since(nextOffset: number): MetadataPart | null {
    const { endOffset } = this
    if (nextOffset === endOffset) return null
    if (nextOffset < this.#startOffset || nextOffset > endOffset) {
      const records = this.#image.snapshot().map(encodeMetadataRecord)
      return { snapshot: true, fromOffset: endOffset, records }
    }
    return {
      snapshot: false,
      fromOffset: nextOffset,
      records: this.#tail.slice(nextOffset - this.#startOffset),
    }
  }

  /** Resolves with the next append, or `wake`, or after `timeoutMs`. */
  change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel()
        this.#waiting.delete(done)
        resolve()
      }
      const timer = this.#clock.setTimer(timeoutMs, done)
      this.#waiting.add(done)
    })
  }

  wake(): void {
    for (const done of [...this.#waiting]) done()
  }
}
