import type { Clock } from '../clock.ts'
import type { Authority } from './authority.ts'
import type { Followers } from './followers.ts'

/** The longest a change waits for brokers to have heard of it; one that is frozen must not hold up the others. */
const LIMIT_MS = 200

export interface PropagationOptions {
  readonly authority: Authority
  readonly followers: Followers
  readonly clock: Clock
}

/**
 * Resolves when every live broker has applied what is committed now, or after at most 200 ms. Kafka answers without
 * waiting, and a client that asks another broker at once may hear that its new topic does not exist.
 */
export function propagated(
  { authority, followers, clock }: PropagationOptions,
  timeoutMs: number = LIMIT_MS,
): Promise<void> {
  const offset = authority.image.offset
  const brokerIds = authority.image.aliveBrokers().map(({ id }) => id)
  const isOver = () => !authority.isActive || followers.haveReached(offset, brokerIds)
  if (isOver()) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel()
      stop()
      resolve()
    }
    const timer = clock.setTimer(Math.min(timeoutMs, LIMIT_MS), done)
    const stop = followers.onFetch(() => {
      if (isOver()) done()
    })
  })
}
