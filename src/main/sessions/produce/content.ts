import { FailureError } from '../../../shared/channel/failure.ts'
import type { Content, TypedRecord } from '../../../shared/ipc/produce.ts'

/** A record as bytes, on its way. */
export interface OutgoingRecord {
  key: Buffer | null
  value: Buffer | null
  headers: { name: string; value: Buffer | null }[]
  /** Null: chosen when it is sent. */
  partition: number | null
}

export function outgoing({ key, value, headers, partition }: TypedRecord): OutgoingRecord {
  return {
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headers.map((header) => ({ name: header.name, value: bytesOf(header.value) })),
    partition,
  }
}

/** Null stays null, and empty becomes no bytes at all. */
function bytesOf(content: Content): Buffer | null {
  switch (content.as) {
    case 'null':
      return null
    case 'text':
      return Buffer.from(content.text, 'utf8')
    case 'hex':
      return hexBytes(content.hex)
  }
}

/** Pairs of hex digits; white space between them is for the reader. */
function hexBytes(hex: string): Buffer {
  const digits = hex.replaceAll(/\s+/gu, '')
  if (!/^(?:[0-9a-f]{2})*$/iu.test(digits)) {
    throw new FailureError({
      code: 'INVALID_HEX',
      message: 'The hex digits do not make whole bytes.',
      remedy: 'Use pairs of 0–9 and a–f.',
    })
  }
  return Buffer.from(digits, 'hex')
}

export function sizeOf({ key, value, headers }: OutgoingRecord): number {
  const inHeaders = headers.reduce((sum, each) => sum + each.name.length + (each.value?.length ?? 0), 0)
  return (key?.length ?? 0) + (value?.length ?? 0) + inHeaders
}
