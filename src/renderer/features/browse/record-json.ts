import type { FullRecord } from '../../../shared/ipc/browse.ts'
import { textOf } from './payload.ts'

/** A record as one JSON object; bytes that are no text as base64, so that nothing of it is lost. */
export function recordJson(topic: string, record: FullRecord): string {
  const { partition, offset, timestampMs, key, value, headers } = record
  const object = {
    topic,
    partition,
    offset,
    timestamp: timestampMs,
    key: fieldOf(key),
    value: fieldOf(value),
    headers: headers.map((header) => ({ name: header.name, value: fieldOf(header.value) })),
  }
  return JSON.stringify(object, null, 2)
}

function fieldOf(bytes: Uint8Array | null): string | null | { base64: string } {
  if (bytes === null) return null
  return textOf(bytes) ?? { base64: base64Of(bytes) }
}

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
