const BYTES = 256
const UPPER_A = 65
const UPPER_Z = 90
const TO_LOWER = 32

/** Each byte, with ASCII's capital letters made small. */
const lower = Uint8Array.from({ length: BYTES }, (_, byte) =>
  byte >= UPPER_A && byte <= UPPER_Z ? byte + TO_LOWER : byte,
)
const same = Uint8Array.from({ length: BYTES }, (_, byte) => byte)

/**
 * Finds one text again and again in bytes, without decoding them (Horspool's skips). Ignoring case goes for ASCII
 * letters only, which is all of it for a text that has no others.
 */
export class ByteSearch {
  readonly #needle: Uint8Array
  readonly #fold: Uint8Array
  readonly #skips: Uint32Array

  constructor(text: string, matchCase: boolean) {
    const fold = matchCase ? same : lower
    const needle = Uint8Array.from(Buffer.from(text), (byte) => fold[byte]!)
    const last = needle.length - 1
    this.#needle = needle
    this.#fold = fold
    this.#skips = new Uint32Array(BYTES).fill(needle.length)
    for (let index = 0; index < last; index++) this.#skips[needle[index]!] = last - index
    if (!matchCase) {
      for (let byte = UPPER_A; byte <= UPPER_Z; byte++) this.#skips[byte] = this.#skips[byte + TO_LOWER]!
    }
  }

  /** Where the text begins first from `start` on, ending before `end`; -1 where it doesn't. */
  indexIn(bytes: Uint8Array, start: number, end: number): number {
    const needle = this.#needle
    const fold = this.#fold
    const skips = this.#skips
    const last = needle.length - 1
    const lastByte = needle[last]!
    let position = start + last
    while (position < end) {
      const byte = bytes[position]!
      if (fold[byte] === lastByte) {
        let back = 1
        while (back <= last && fold[bytes[position - back]!] === needle[last - back]) back++
        if (back > last) return position - last
      }
      position += skips[byte]!
    }
    return -1
  }
}
