import { OF_A_BROKER } from '../faults/rules.ts'

/** Size, API key, version, correlation id, length of the client id. */
const CLIENT_ID_LENGTH_AT = 12
const CLIENT_ID_AT = 14

/** Whether the first bytes of a connection are a broker's. What is too short to tell counts as a client's. */
export function isFromBroker(bytes: Buffer): boolean {
  if (bytes.length < CLIENT_ID_AT) return false
  const length = bytes.readInt16BE(CLIENT_ID_LENGTH_AT)
  return OF_A_BROKER.test(bytes.toString('latin1', CLIENT_ID_AT, CLIENT_ID_AT + Math.max(0, length)))
}
