import { app, clipboard, nativeTheme } from 'electron'
import type { AppHandlers, AppNotifier } from '../shared/ipc/contract.ts'
import type { Template } from '../shared/ipc/produce.ts'
import { sessionGroups } from '../shared/ipc/groups.ts'
import { sessionProduce } from '../shared/ipc/produce.ts'
import { sessionTopics } from '../shared/ipc/topics.ts'
import { sessionBoard } from '../shared/ipc/board.ts'
import { sessionBrowse } from '../shared/ipc/browse.ts'
import { clustersDirectory } from '../broker/index.ts'
import { faultHandlers } from './clusters/faults.ts'
import { historyHandlers } from './clusters/history.ts'
import { localSteering } from './clusters/local-steering.ts'
import type { LocalClusters } from './clusters/local-clusters.ts'
import type { Removals } from './clusters/removals.ts'
import type { Demos } from './demo/demos.ts'
import type { RemoteClusters } from './clusters/remote-clusters.ts'
import { dataDirectory } from './directories.ts'
import { ChosenFiles } from './produce/chosen-files.ts'
import { exportToChosenFile } from './export-records.ts'
import { relay } from './sessions/relay.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { PinnedTopics } from './store/pinned-topics.ts'
import type { ProduceTemplates } from './store/produce-templates.ts'
import type { ClusterColours } from './store/cluster-colours.ts'
import type { SettingsStore } from './store/settings.ts'
import type { WindowTabs } from './store/window-tabs.ts'
import type { FirstPage } from './window/first-page.ts'
import { MAIN_WINDOW } from './window/main-window.ts'

interface Served {
  notify: AppNotifier
  firstPage: FirstPage
  settings: SettingsStore
  clusters: LocalClusters
  removals: Removals
  remotes: RemoteClusters
  sessions: Sessions
  demos: Demos
  pins: PinnedTopics
  templates: ProduceTemplates
  colours: ClusterColours
  tabs: WindowTabs
}

/** What main does for windows, entry by entry of the contract. */
export function appHandlers(served: Served): AppHandlers {
  const { notify, settings, clusters, removals, remotes, sessions, demos, pins, templates, colours, tabs } =
    served
  const passedOn = relay(
    {
      board: sessionBoard,
      topics: sessionTopics,
      groups: sessionGroups,
      produce: sessionProduce,
      browse: sessionBrowse,
    },
    (cluster) => sessions.find(cluster)?.transport ?? null,
  )
  const files = new ChosenFiles()
  const told = (all: Template[]) => {
    notify.templates.changed(all)
    return all
  }
  return {
    ...passedOn,
    app: {
      info: () => ({
        version: app.getVersion(),
        electron: process.versions.electron ?? '',
        node: process.versions.node,
        platform: process.platform,
        dataDirectory: dataDirectory(),
        clustersDirectory: clustersDirectory(),
        systemLocale: app.getPreferredSystemLanguages()[0] ?? app.getLocale(),
      }),
      copyText: ({ text }) => clipboard.writeText(text),
      shown: served.firstPage.tell,
    },
    settings: {
      get: () => settings.read(),
      change: (changed) => {
        const now = settings.change(changed)
        nativeTheme.themeSource = now.theme
        notify.settings.changed(now)
        return now
      },
    },
    clusters: {
      // At once, for the window waits for it; what is found beyond that is told as a change.
      list: () => {
        void clusters.refresh()
        return [...clusters.entries(), ...remotes.entries()]
      },
      checkPorts: ({ first, count }) => clusters.checkPorts(first, count),
      create: (form) => clusters.create(form),
      start: ({ id }) => clusters.start(id),
      stop: ({ id }) => clusters.stop(id),
      startBroker: ({ id, broker }) => clusters.broker('start', id, broker),
      stopBroker: ({ id, broker }) => clusters.broker('stop', id, broker),
      killBroker: ({ id, broker }) => clusters.broker('kill', id, broker),
      addBroker: ({ id, rack }) => clusters.addBroker(id, rack),
      removeBroker: async ({ id, broker, allowFewerReplicas }) => {
        await removals.remove(clusters.host(id), broker, allowFewerReplicas)
        return clusters.entry(id)
      },
      cancelRemoval: ({ id, broker }) => removals.cancel(id, broker),
      removals: () => removals.list(),
      rename: ({ id, name }) => (remotes.has(id) ? remotes.rename(id, name) : clusters.rename(id, name)),
      contents: ({ id }) => clusters.contents(id),
      sizes: () => clusters.sizes(),
      delete: async ({ id, name }) => {
        await (remotes.has(id) ? remotes.remove(id) : clusters.delete(id, name))
        // A cluster that is made in the same folder later is another one.
        notify.colours.changed(colours.set(id, null))
      },
      addRemote: (form) => remotes.add(form),
      changeRemote: ({ id, ...form }) => remotes.change(id, form),
      // Loaded when it is first wanted: the window opens without it.
      test: async ({ bootstrapServers }) => {
        const { testConnection } = await import('./connection-test/connection-test.ts')
        return testConnection(bootstrapServers)
      },
    },
    traffic: {},
    colours: {
      list: () => colours.list(),
      set: ({ cluster, colour }) => {
        const all = colours.set(cluster, colour)
        notify.colours.changed(all)
        return all
      },
    },
    tabs: {
      load: () => tabs.read(MAIN_WINDOW),
      save: (open) => tabs.write(MAIN_WINDOW, open),
    },
    overview: {
      latest: () => sessions.latest(),
    },
    demo: {
      list: () => demos.list(),
      start: ({ cluster, settings }) => demos.start(cluster, settings),
      change: ({ cluster, settings }) => demos.of(cluster).change(settings),
      stop: ({ cluster }) => demos.stop(cluster),
      addMember: ({ cluster }) => demos.of(cluster).addMember(),
      removeMember: ({ cluster, name }) => demos.of(cluster).removeMember(name),
      crashMember: ({ cluster, name }) => demos.of(cluster).crashMember(name),
      stallMember: ({ cluster, name }) => demos.of(cluster).stallMember(name),
    },
    groups: localSteering(passedOn.groups),
    faults: faultHandlers((cluster) => clusters.host(cluster)),
    history: historyHandlers((cluster) => clusters.entry(cluster).directory),
    pins: {
      list: ({ cluster }) => pins.list(cluster),
      set: ({ cluster, topic, pinned }) => {
        const topics = pins.set(cluster, topic, pinned)
        notify.pins.changed({ cluster, topics })
        return topics
      },
    },
    browse: { ...passedOn.browse, export: exportToChosenFile(passedOn.browse.export) },
    produce: {
      ...passedOn.produce,
      chooseFile: () => files.choose(),
      file: async function* (asked, signal) {
        yield* passedOn.produce.file({ ...asked, file: files.pathOf(asked.file) }, signal)
      },
    },
    templates: {
      list: () => templates.list(),
      save: (template) => told(templates.save(template)),
      remove: ({ name }) => told(templates.remove(name)),
    },
  }
}
