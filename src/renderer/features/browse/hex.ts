export const HEX_WIDTH = 16

/** A row of a hex view: where it begins, its bytes, and what of them is printable. */
export function hexLine(bytes: Uint8Array, row: number): { at: string; hex: string; text: string } {
  const start = row * HEX_WIDTH
  const part = bytes.subarray(start, start + HEX_WIDTH)
  const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, '0'))
  const text = Array.from(part, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·'))
  return {
    at: start.toString(16).padStart(8, '0'),
    hex: `${hex.slice(0, 8).join(' ')}  ${hex.slice(8).join(' ')}`.padEnd(HEX_WIDTH * 3),
    text: text.join(''),
  }
}
