import { isUtf8 } from 'node:buffer'
import type { FormattedJson } from '../../../shared/ipc/browse.ts'

const INDENT = 2
const DEPTH_LIMIT = 500
/** Below it a loop is faster than what a view of bytes costs. */
const SHORT_COPY = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const LINE_FEED = 0x0a
const SPACE = 0x20
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Lays JSON out over lines without reading its values: strings and numbers are copied byte by byte, so a 64-bit
 * integer, a long decimal and an escape stay exactly what was written. Says why and where something is no JSON.
 */
export function formatJson(bytes: Uint8Array): FormattedJson {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!isUtf8(input)) return { ok: false, reason: 'It is not UTF-8.', position: 0 }
  const formatter = new Formatter(input)
  try {
    return { ok: true, text: formatter.run() }
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    return { ok: false, reason: error.message, position: error.position }
  }
}

class NotJson extends Error {
  readonly position: number

  constructor(message: string, position: number) {
    super(message)
    this.position = position
  }
}

class Formatter {
  readonly #in: Buffer
  #at = 0
  #out: Uint8Array
  #length = 0

  constructor(input: Buffer) {
    this.#in = input
    this.#out = new Uint8Array(input.length * 2 + 64)
    if (input.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) this.#at = BYTE_ORDER_MARK.length
  }

  run(): Uint8Array {
    this.#space()
    this.#value(0)
    this.#space()
    if (this.#at < this.#in.length) throw this.#unexpected('the end')
    return this.#out.slice(0, this.#length)
  }

  #value(depth: number): void {
    const byte = this.#in[this.#at]
    if (depth > DEPTH_LIMIT) throw new NotJson(`It is nested deeper than ${DEPTH_LIMIT} levels.`, this.#at)
    if (byte === OPEN_OBJECT) this.#container(depth, CLOSE_OBJECT, true)
    else if (byte === OPEN_ARRAY) this.#container(depth, CLOSE_ARRAY, false)
    else if (byte === QUOTE) this.#string()
    else this.#scalar()
  }

  #container(depth: number, close: number, isObject: boolean): void {
    this.#put(this.#in[this.#at++]!)
    this.#space()
    if (this.#in[this.#at] === close) {
      this.#at++
      this.#put(close)
      return
    }
    for (;;) {
      this.#line(depth + 1)
      if (isObject) this.#name()
      this.#value(depth + 1)
      this.#space()
      const next = this.#in[this.#at]
      if (next === close) break
      if (next !== COMMA) throw this.#unexpected(isObject ? '"," or "}"' : '"," or "]"')
      this.#at++
      this.#put(COMMA)
      this.#space()
    }
    this.#at++
    this.#line(depth)
    this.#put(close)
  }

  #name(): void {
    if (this.#in[this.#at] !== QUOTE) throw this.#unexpected('a name in quotes')
    this.#string()
    this.#space()
    if (this.#in[this.#at] !== COLON) throw this.#unexpected('":"')
    this.#at++
    this.#put(COLON)
    this.#put(SPACE)
    this.#space()
  }

  #string(): void {
    const bytes = this.#in
    const start = this.#at
    let at = start + 1
    for (;;) {
      const byte = bytes[at]
      if (byte === undefined || byte < SPACE) {
        this.#at = at
        throw this.#unexpected(
          byte === undefined ? 'the end of a string' : 'no control character in a string',
        )
      }
      at++
      if (byte === QUOTE) break
      if (byte === BACKSLASH) at++
    }
    this.#at = at
    this.#copy(start, at)
  }

  /** Number, true, false or null. */
  #scalar(): void {
    const start = this.#at
    while (this.#at < this.#in.length && isScalarByte(this.#in[this.#at]!)) this.#at++
    // Most are short whole numbers, for which no text need be made.
    const text = () => this.#in.toString('latin1', start, Math.min(this.#at, start + 2_000))
    if (!isWholeNumber(this.#in, start, this.#at) && !SCALAR.test(text())) {
      this.#at = start
      throw this.#unexpected('a value')
    }
    this.#copy(start, this.#at)
  }

  #space(): void {
    for (;;) {
      const byte = this.#in[this.#at]
      if (byte !== SPACE && byte !== LINE_FEED && byte !== 0x0d && byte !== 0x09) return
      this.#at++
    }
  }

  #line(depth: number): void {
    const spaces = depth * INDENT
    this.#room(spaces + 1)
    this.#out[this.#length++] = LINE_FEED
    const end = this.#length + spaces
    while (this.#length < end) this.#out[this.#length++] = SPACE
  }

  #copy(start: number, end: number): void {
    const size = end - start
    this.#room(size)
    if (size > SHORT_COPY) this.#out.set(this.#in.subarray(start, end), this.#length)
    else {
      const [from, to, length] = [this.#in, this.#out, this.#length]
      for (let index = 0; index < size; index++) to[length + index] = from[start + index]!
    }
    this.#length += size
  }

  #put(byte: number): void {
    this.#room(1)
    this.#out[this.#length++] = byte
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#out.length) return
    const larger = new Uint8Array((this.#length + bytes) * 2)
    larger.set(this.#out.subarray(0, this.#length))
    this.#out = larger
  }

  #unexpected(wanted: string): NotJson {
    const byte = this.#in[this.#at]
    const found = byte === undefined ? 'the end' : `"${String.fromCharCode(byte)}"`
    return new NotJson(`Expected ${wanted}, found ${found}.`, this.#at)
  }
}

const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/u

function isWholeNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (end === start || (bytes[start] === 0x30 && end - start > 1)) return false
  for (let index = start; index < end; index++) if (bytes[index]! < 0x30 || bytes[index]! > 0x39) return false
  return true
}

function isScalarByte(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39
  const isLetter = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)
  return isDigit || isLetter || byte === 0x2b || byte === 0x2d || byte === 0x2e
}
