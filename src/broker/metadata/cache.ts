/** A broker's copy of the cluster's metadata, and who wants to know when it changes. */
import type { Clock } from '../clock.ts'
import type { ResponseOf } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { metadataFetch } from '../protocol/messages/internal/metadata-fetch.ts'
import { applyAll, difference } from './delta.ts'
import type { MetadataDelta } from './delta.ts'
import { MetadataImage } from './image.ts'
import { decodeMetadataRecord } from './records.ts'
import type { MetadataRecord } from './records.ts'

export type MetadataListener = (delta: MetadataDelta, image: MetadataImage) => void

export interface MetadataCacheOptions {
  readonly clusterId: string
  readonly clock: Clock
}

export class MetadataCache {
  readonly #clock: Clock
  readonly #listeners = new Set<MetadataListener>()
  #image: MetadataImage

  constructor({ clusterId, clock }: MetadataCacheOptions) {
    this.#clock = clock
    this.#image = new MetadataImage(clusterId)
  }

  /** The image in force. A snapshot replaces the object: ask again instead of keeping it. */
  get image(): MetadataImage {
    return this.#image
  }

  /**
   * Applies what the controller answered to a MetadataFetch. An answer from a controller older than one already
   * heard of changes nothing: it may come from one that froze and does not know yet that it was replaced.
   * @returns null when the answer was ignored (an error, an old controller, a gap)
   */
  applyFetched(response: ResponseOf<typeof metadataFetch>): MetadataDelta | null {
    if (response.errorCode !== ErrorCode.NONE) return null
    if (response.controllerEpoch < this.#image.controllerEpoch) return null
    const records = response.records.map(decodeMetadataRecord)
    if (!response.snapshot && response.fromOffset !== this.#image.offset + 1) return null
    return this.applyBatch(response.fromOffset, records, { snapshot: response.snapshot })
  }

  /**
   * Applies records in order and tells the listeners. `fromOffset` is the offset of the first record; with
   * `snapshot` the records rebuild the image, and it is the offset to go on from.
   * @throws RangeError when records are missing between the image and `fromOffset`
   */
  applyBatch(
    fromOffset: number,
    records: readonly MetadataRecord[],
    { snapshot }: { snapshot: boolean },
  ): MetadataDelta {
    const delta = snapshot ? this.#replace(fromOffset, records) : this.#append(fromOffset, records)
    if (records.length > 0) for (const listener of [...this.#listeners]) listener(delta, this.#image)
    return delta
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: MetadataListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves true as soon as the image satisfies `predicate` (at once, if it does), false after `timeoutMs`. */
  waitFor(predicate: (image: MetadataImage) => boolean, timeoutMs: number): Promise<boolean> {
    if (predicate(this.#image)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const finish = (found: boolean): void => {
        timer.cancel()
        unsubscribe()
        resolve(found)
      }
      const timer = this.#clock.setTimer(timeoutMs, () => finish(false))
      const unsubscribe = this.subscribe((_, image) => {
        if (predicate(image)) finish(true)
      })
    })
  }

  #append(fromOffset: number, records: readonly MetadataRecord[]): MetadataDelta {
    if (fromOffset !== this.#image.offset + 1) {
      throw new RangeError(`metadata from offset ${fromOffset}, the image is at ${this.#image.offset}`)
    }
    return applyAll(this.#image, fromOffset, records)
  }

  #replace(endOffset: number, records: readonly MetadataRecord[]): MetadataDelta {
    const image = new MetadataImage(this.#image.clusterId)
    for (const record of records) image.apply(endOffset - 1, record)
    image.offset = endOffset - 1
    const delta = difference(this.#image, image)
    this.#image = image
    return delta
  }
}
