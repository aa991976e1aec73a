import { app, clipboard, nativeTheme } from 'electron'
import type { AppHandlers, AppNotifier } from '../shared/ipc/contract.ts'
import { clustersDirectory } from '../broker/index.ts'
import type { LocalClusters } from './clusters/local-clusters.ts'
import { dataDirectory } from './directories.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { SettingsStore } from './store/settings.ts'

interface Served {
  notify: AppNotifier
  settings: SettingsStore
  clusters: LocalClusters
  sessions: Sessions
}

/** What main does for windows, entry by entry of the contract. */
export function appHandlers({ notify, settings, clusters, sessions }: Served): AppHandlers {
  return {
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
        return clusters.entries()
      },
      checkPorts: ({ first, count }) => clusters.checkPorts(first, count),
      create: (form) => clusters.create(form),
      start: ({ id }) => clusters.start(id),
      stop: ({ id }) => clusters.stop(id),
      startBroker: ({ id, broker }) => clusters.broker('start', id, broker),
      stopBroker: ({ id, broker }) => clusters.broker('stop', id, broker),
      killBroker: ({ id, broker }) => clusters.broker('kill', id, broker),
    },
    overview: {
      latest: () => sessions.latest(),
    },
  }
}
