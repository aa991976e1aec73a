/** New UUIDs in the form they have here: 22 characters of base64url. */
import { randomBytes } from 'node:crypto'

/** Like Kafka's Uuid.randomUuid: never the reserved ones, never one that begins with `-` and reads like an option. */
export function randomUuid(): string {
  for (;;) {
    const bytes = randomBytes(16)
    bytes[6] = (bytes[6]! & 0x0f) | 0x40
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    const text = bytes.toString('base64url')
    if (!text.startsWith('-')) return text
  }
}
