/** The peer broke the framing: the connection cannot be understood any further. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

const SIZE_BYTES = 4

/**
 * Cuts a byte stream into frames (a four-byte size, then that many bytes). Memory follows the bytes that really
 * arrived, never the size a peer announced, so a hostile size costs nothing.
 */
export class FrameReader {
  readonly #maxFrameBytes: number
  #chunks: Buffer[] = []
  #buffered = 0

  /** @param maxFrameBytes `socket.request.max.bytes` */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  /** Bytes held that do not make a whole frame yet. */
  get bufferedBytes(): number {
    return this.#buffered
  }

  /** Takes what arrived and returns the frames it completed, without their sizes. Throws FrameError. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    const frames: Buffer[] = []
    for (;;) {
      const size = this.#frameSize()
      if (size === null || this.#buffered < SIZE_BYTES + size) return frames
      this.#take(SIZE_BYTES)
      frames.push(this.#take(size))
    }
  }

  #frameSize(): number | null {
    if (this.#buffered < SIZE_BYTES) return null
    const first = this.#chunks[0] as Buffer
    if (first.length < SIZE_BYTES) this.#chunks = [Buffer.concat(this.#chunks, this.#buffered)]
    const size = (this.#chunks[0] as Buffer).readInt32BE(0)
    if (size < 0 || size > this.#maxFrameBytes) {
      throw new FrameError(`A frame of ${size} bytes was announced; the limit is ${this.#maxFrameBytes}.`)
    }
    return size
  }

  #take(size: number): Buffer {
    this.#buffered -= size
    const first = this.#chunks[0]
    if (first !== undefined && first.length >= size) {
      if (first.length === size) this.#chunks.shift()
      else this.#chunks[0] = first.subarray(size)
      return first.subarray(0, size)
    }
    return this.#gather(size)
  }

  #gather(size: number): Buffer {
    const frame = Buffer.allocUnsafeSlow(size)
    let filled = 0
    let index = 0
    while (filled < size) {
      const chunk = this.#chunks[index] as Buffer
      const wanted = Math.min(chunk.length, size - filled)
      chunk.copy(frame, filled, 0, wanted)
      filled += wanted
      if (wanted < chunk.length) this.#chunks[index] = chunk.subarray(wanted)
      else index += 1
    }
    this.#chunks.splice(0, index)
    return frame
  }
}
