import ui from '@nuxt/ui/vue-plugin'
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import type { Pinia } from 'pinia'
import { createApp } from 'vue'
import type { Component } from 'vue'
import { clientKey } from '../../../src/renderer/ipc.ts'
import { i18n } from '../../../src/renderer/locales/i18n.ts'
import { createClient } from '../../../src/shared/channel/client.ts'
import { FailureError } from '../../../src/shared/channel/failure.ts'
import type { NoticeMessage } from '../../../src/shared/channel/messages.ts'
import { ChannelServer, createNotifier } from '../../../src/shared/channel/server.ts'
import type { LocalCluster } from '../../../src/shared/ipc/clusters.ts'
import type { AppHandlers } from '../../../src/shared/ipc/contract.ts'
import { contract } from '../../../src/shared/ipc/contract.ts'
import type { Overview, OverviewSample } from '../../../src/shared/ipc/overview.ts'

type Overrides = { [F in keyof AppHandlers]?: Partial<AppHandlers[F]> }

/** Main for a window that asks nothing but what a test fakes: every other call is answered with a failure. */
function notFaked(): AppHandlers {
  const features = Object.entries(contract).map(([feature, declarations]) => {
    const handlers = Object.keys(declarations).map((name) => [
      name,
      () => {
        throw new FailureError({ code: 'NOT_FAKED', message: `${feature}.${name} is not faked.` })
      },
    ])
    return [feature, Object.fromEntries(handlers) as unknown]
  })
  return Object.fromEntries(features) as AppHandlers
}

/** Main's end of the contract, joined to a client in memory: what is faked is what main answers, nothing of the window. */
export function fakeMain(overrides: Overrides = {}) {
  const usual: Overrides = {
    app: {
      info: () => ({
        version: '1.0.0',
        electron: '33',
        node: '20',
        platform: 'linux',
        dataDirectory: '/data',
        clustersDirectory: '/data/clusters',
        systemLocale: 'en-US',
      }),
      copyText: () => undefined,
    },
    settings: {
      get: () => ({ theme: 'system', language: 'system' }),
      change: (changed) => ({ theme: 'system', language: 'system', ...changed }) as never,
    },
    clusters: { list: () => [], checkPorts: ({ first }) => ({ taken: [], suggestion: first }) },
    overview: { latest: () => [] },
  }
  const none: Record<string, object> = notFaked()
  const handlers = Object.fromEntries(
    Object.entries(none).map(([feature, failing]) => [
      feature,
      { ...failing, ...usual[feature as keyof Overrides], ...overrides[feature as keyof Overrides] },
    ]),
  ) as AppHandlers
  const server = new ChannelServer(contract, handlers, (error) =>
    error instanceof FailureError ? error.failure : { code: 'INTERNAL', message: String(error) },
  )
  const listeners = new Set<(message: NoticeMessage) => void>()
  const client = createClient(contract, {
    ask: async (message) => structuredClone(await server.handle(1, structuredClone(message))),
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  const notify = createNotifier(contract, (message) =>
    listeners.forEach((each) => each(structuredClone(message))),
  )
  return { client, notify }
}

/** A Pinia whose stores ask this main. */
export function storesOn({ client }: ReturnType<typeof fakeMain>): Pinia {
  const app = createApp({})
  const pinia = createPinia()
  app.provide(clientKey, client)
  app.use(pinia)
  app.use(i18n)
  return pinia
}

export function mountOn<C extends Component>(
  { client }: ReturnType<typeof fakeMain>,
  component: C,
  { props = {}, pinia = createPinia() }: { props?: Record<string, unknown>; pinia?: Pinia } = {},
) {
  return mount(component as Component, {
    props,
    global: { plugins: [pinia, i18n, ui], provide: { [clientKey as symbol]: client } },
  })
}

export function cluster(changed: Partial<LocalCluster> = {}): LocalCluster {
  return {
    kind: 'local',
    id: 'local:local',
    name: 'local',
    clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
    directory: '/data/clusters/local',
    state: 'running',
    runBy: 'app',
    startedAtMs: 0,
    startupMs: 412,
    bootstrapServers: '127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094',
    controllerId: 1,
    brokers: [1, 2, 3].map((id) => ({
      id,
      host: '127.0.0.1',
      port: 9091 + id,
      rack: null,
      state: 'running',
      isController: id === 1,
      isLeaving: false,
      failure: null,
    })),
    failure: null,
    ...changed,
  }
}

/** The cluster with one broker in another state. */
export function clusterWith(broker: number, changed: Partial<LocalCluster['brokers'][number]>): LocalCluster {
  const { brokers, ...rest } = cluster()
  return { ...rest, brokers: brokers.map((each) => (each.id === broker ? { ...each, ...changed } : each)) }
}

export function overview(changed: Partial<Overview> = {}): Overview {
  return {
    clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
    controllerId: 1,
    brokers: [],
    absent: [],
    topics: 3,
    internalTopics: 1,
    partitions: 56,
    underReplicated: 0,
    offline: 0,
    belowMinIsr: 0,
    troubled: [],
    roundTripMs: 1,
    ...changed,
  }
}

export function sample(changed: Partial<Overview> = {}): OverviewSample {
  return {
    id: 'local:local',
    atMs: 0,
    failingSinceMs: null,
    overview: { ok: true, value: overview(changed) },
  }
}

export const noAnswer: OverviewSample = {
  id: 'local:local',
  atMs: 0,
  failingSinceMs: 0,
  overview: { ok: false, failure: { code: 'NO_ANSWER', message: 'No broker answered.', remedy: 'Wait.' } },
}
