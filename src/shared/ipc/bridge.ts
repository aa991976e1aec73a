import type { NoticeMessage } from '../channel/messages.ts'

/** Names of the two Electron channels everything goes over. */
export const REQUEST_CHANNEL = 'ottla:request'
export const NOTICE_CHANNEL = 'ottla:notice'

/** All that the preload script gives to the page, as `window.ottla`. */
export interface Bridge {
  ask(message: unknown): Promise<unknown>
  listen(listener: (message: NoticeMessage) => void): () => void
}
