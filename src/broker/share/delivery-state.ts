/** What has become of a record in a share partition; the numbers are those of KIP-932's records and messages. */
export const DeliveryState = { AVAILABLE: 0, ACQUIRED: 1, ACKNOWLEDGED: 2, ARCHIVED: 4 } as const

export type DeliveryState = (typeof DeliveryState)[keyof typeof DeliveryState]

/** Records in a row that share a state, as the share coordinator keeps them. */
export interface StateBatch {
  readonly firstOffset: number
  readonly lastOffset: number
  readonly deliveryState: number
  readonly deliveryCount: number
}

/** Nobody will get the record any more. */
export function isTerminal(state: number): boolean {
  return state === DeliveryState.ACKNOWLEDGED || state === DeliveryState.ARCHIVED
}
