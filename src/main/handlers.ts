import { app, clipboard, nativeTheme } from 'electron'
import type { AppHandlers, AppNotifier } from '../shared/ipc/contract.ts'
import type { Template } from '../shared/ipc/produce.ts'
import { sessionGroups } from '../shared/ipc/groups.ts'
import { sessionProduce } from '../shared/ipc/produce.ts'
import { sessionTopics } from '../shared/ipc/topics.ts'
import { sessionBrowse } from '../shared/ipc/browse.ts'
import { clustersDirectory } from '../broker/index.ts'
import type { LocalClusters } from './clusters/local-clusters.ts'
import type { Demos } from './demo/demos.ts'
import type { RemoteClusters } from './clusters/remote-clusters.ts'
import { dataDirectory } from './directories.ts'
import { ChosenFiles } from './produce/chosen-files.ts'
import { exportToChosenFile } from './export-records.ts'
import { relay } from './sessions/relay.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { PinnedTopics } from './store/pinned-topics.ts'
import type { ProduceTemplates } from './store/produce-templates.ts'
import type { SettingsStore } from './store/settings.ts'

interface Served {
  notify: AppNotifier
  settings: SettingsStore
  clusters: LocalClusters
  remotes: RemoteClusters
  sessions: Sessions
  demos: Demos
  pins: PinnedTopics
  templates: ProduceTemplates
}

/** What main does for windows, entry by entry of the contract. */
export function appHandlers(served: Served): AppHandlers {
  const { notify, settings, clusters, remotes, sessions, demos, pins, templates } = served
  const passedOn = relay(
    { topics: sessionTopics, groups: sessionGroups, produce: sessionProduce, browse: sessionBrowse },
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
      addBroker: ({ id }) => clusters.addBroker(id),
      rename: ({ id, name }) => (remotes.has(id) ? remotes.rename(id, name) : clusters.rename(id, name)),
      contents: ({ id }) => clusters.contents(id),
      sizes: () => clusters.sizes(),
      delete: ({ id, name }) => (remotes.has(id) ? remotes.remove(id) : clusters.delete(id, name)),
      addRemote: (form) => remotes.add(form),
      // Loaded when it is first wanted: the window opens without it.
      test: async ({ bootstrapServers }) => {
        const { testConnection } = await import('./connection-test/connection-test.ts')
        return testConnection(bootstrapServers)
      },
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
    },
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
