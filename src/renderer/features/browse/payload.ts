/** How a key or a value may be looked at. */
export type PayloadView = 'json' | 'text' | 'hex'

const strict = new TextDecoder('utf-8', { fatal: true })
const lenient = new TextDecoder('utf-8')

/** Null where the bytes are no UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** With a sign in the place of each byte that is no UTF-8. */
export function anyText(bytes: Uint8Array): string {
  return lenient.decode(bytes)
}

/** What suits the bytes best: JSON where they begin like it, hex where they are no text. */
export function bestView(bytes: Uint8Array): PayloadView {
  const head = bytes.subarray(0, 4_096)
  const text = lenient.decode(head, { stream: false })
  // The last character may be cut by looking at the head only.
  if (/[\0-\x08\x0e-\x1a]/u.test(text) || text.slice(0, -1).includes('\uFFFD')) return 'hex'
  return /^\s*[[{]/u.test(text) ? 'json' : 'text'
}
