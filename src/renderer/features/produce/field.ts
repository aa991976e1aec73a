import type { Content } from '../../../shared/ipc/produce.ts'

export type Encoding = 'json' | 'text' | 'hex' | 'null'

/** A key, a value or a header's value as it stands in the form. */
export interface Field {
  encoding: Encoding
  /** What was typed; kept while the field is null, so that nothing is lost by looking. */
  text: string
}

const HEX = /^(?:[0-9a-f]{2})*$/iu

export function contentOf({ encoding, text }: Field): Content {
  if (encoding === 'null') return { as: 'null' }
  return encoding === 'hex' ? { as: 'hex', hex: text } : { as: 'text', text }
}

/** The bytes that will be sent; null for null, and undefined where the field has none yet, as half a hex byte. */
export function bytesOf({ encoding, text }: Field): Uint8Array | null | undefined {
  if (encoding === 'null') return null
  return encoding === 'hex' ? fromHex(text) : new TextEncoder().encode(text)
}

function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/\s+/gu, '')
  if (!HEX.test(digits)) return undefined
  return Uint8Array.from(digits.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16))
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

/** The same bytes in another writing, where there is one; else the text stays as it is. */
export function recoded(field: Field, encoding: Encoding): Field {
  if (field.encoding === 'null' || encoding === 'null') return { ...field, encoding }
  const isHex = encoding === 'hex'
  if (isHex === (field.encoding === 'hex')) return { ...field, encoding }
  const bytes = bytesOf(field)
  if (bytes == null) return { ...field, encoding }
  if (isHex) return { encoding, text: toHex(bytes) }
  try {
    return { encoding, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    // Bytes that are no text: what was typed stays, to be mended by hand.
    return { ...field, encoding }
  }
}
