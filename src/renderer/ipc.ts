import { inject } from 'vue'
import type { InjectionKey } from 'vue'
import { createClient } from '../shared/channel/client.ts'
import type { Result } from '../shared/channel/failure.ts'
import type { Bridge } from '../shared/ipc/bridge.ts'
import type { AppClient } from '../shared/ipc/contract.ts'
import { contract } from '../shared/ipc/contract.ts'

declare global {
  interface Window {
    readonly ottla: Bridge
  }
}

export const clientKey: InjectionKey<AppClient> = Symbol('client')

/** What the window may ask of main. */
export function useClient(): AppClient {
  const client = inject(clientKey)
  if (!client) throw new Error('No client is provided')
  return client
}

export function connectToMain(bridge: Bridge): AppClient {
  return createClient(contract, {
    ask: (message) => bridge.ask(message) as Promise<Result<unknown>>,
    listen: bridge.listen,
  })
}
