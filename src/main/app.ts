import { join } from 'node:path'
import { BrowserWindow, app, nativeTheme, session } from 'electron'
import { clustersDirectory } from '../broker/index.ts'
import { engine } from './clusters/engine.ts'
import { faultTeller } from './clusters/faults.ts'
import { LocalClusters } from './clusters/local-clusters.ts'
import { Removals } from './clusters/removals.ts'
import { RemoteClusters } from './clusters/remote-clusters.ts'
import { DemoWorkerThread } from './demo/demo-thread.ts'
import { Demos } from './demo/demos.ts'
import { topicBySession } from './demo/topic-by-session.ts'
import { dataDirectory } from './directories.ts'
import { writeEngineEvent } from './engine-log.ts'
import { appHandlers } from './handlers.ts'
import { coalesce } from './ipc/coalesce.ts'
import { serveWindows, windowNotifier } from './ipc/serve-windows.ts'
import { log } from './log.ts'
import { watchMemory } from './memory.ts'
import { setMenu } from './menu.ts'
import { closeBeforeQuit } from './quit.ts'
import { Sessions } from './sessions/sessions.ts'
import { ClusterColours } from './store/cluster-colours.ts'
import { openAppDatabase } from './store/database.ts'
import { PinnedTopics } from './store/pinned-topics.ts'
import { ProduceTemplates } from './store/produce-templates.ts'
import { RemoteClusterStore } from './store/remote-clusters.ts'
import { SettingsStore } from './store/settings.ts'
import { StartedClusters } from './store/started-clusters.ts'
import { WindowStates } from './store/window-states.ts'
import { WindowTabs } from './store/window-tabs.ts'
import { serveApp } from './window/app-protocol.ts'
import { FirstPage } from './window/first-page.ts'
import { bundledFiles, openMainWindow, rememberWindow } from './window/main-window.ts'
import { denyPermissions } from './window/security.ts'

/** Ten times a second is as often as anyone can read. */
const TELL_INTERVAL_MS = 100

/** Everything from "Electron is ready" to "the window is open", and its undoing at the end. */
export function startApp(): void {
  const files = bundledFiles(import.meta.dirname)
  const database = openAppDatabase(join(dataDirectory(), 'app.db'))
  const settings = new SettingsStore(database)
  const windows = new WindowStates(database)
  const notify = windowNotifier()

  nativeTheme.themeSource = settings.read().theme
  setMenu()
  denyPermissions(session.defaultSession)
  serveApp(files.renderer)

  const sessions = new Sessions({
    workerUrl: new URL('./session-worker.js', import.meta.url),
    lagDirectory: join(dataDirectory(), 'lag'),
    onSample: (sample) => notify.overview.sampled(sample),
    onTraffic: (sample) => notify.traffic.sampled(sample),
    onDeath: (id, failure) => log.error(`The session of ${id} died`, failure),
  })
  const demos = new Demos({
    begin: (options, listener) =>
      new DemoWorkerThread(new URL('./demo-worker.js', import.meta.url), options, listener),
    createTopic: topicBySession(sessions),
    onChange: coalesce(TELL_INTERVAL_MS, notify.demo.changed),
  })
  const tellFaults = faultTeller(notify.faults.changed)
  const tellClusters = coalesce(TELL_INTERVAL_MS, notify.clusters.changed)
  const clusters: LocalClusters = new LocalClusters({
    engine,
    directory: clustersDirectory(),
    started: new StartedClusters(database),
    onChange: () => clustersChanged(),
    onEvent: (id, event) => {
      writeEngineEvent(id, event)
      tellFaults(id, event)
    },
    onProblem: (folder, error) => log.warn(`The cluster in ${folder} does not run`, error),
  })

  const remotes = new RemoteClusters(new RemoteClusterStore(database), () => clustersChanged())
  const removals = new Removals(coalesce(TELL_INTERVAL_MS, notify.clusters.removalsChanged))
  const clustersChanged = () => {
    const all = [...clusters.entries(), ...remotes.entries()]
    sessions.follow(all)
    removals.follow(clusters.hosts())
    demos.follow(clusters.entries())
    tellClusters(all)
  }
  sessions.follow(remotes.entries())

  const pins = new PinnedTopics(database)
  const templates = new ProduceTemplates(database)
  const colours = new ClusterColours(database)
  const tabs = new WindowTabs(database)
  const firstPage = new FirstPage()
  serveWindows(
    appHandlers({
      notify,
      firstPage,
      settings,
      clusters,
      removals,
      remotes,
      sessions,
      demos,
      pins,
      templates,
      colours,
      tabs,
    }),
  )
  const openWindow = () => openMainWindow({ states: windows, ...files })
  // Brokers take both the processor and the disk: the window comes first.
  openWindow()
  void clusters.startRemembered(firstPage.shown)

  const stopMemory = watchMemory((use) => notify.app.memory(use))
  app.on('browser-window-focus', () => void clusters.refresh())
  app.on('second-instance', () => showWindow(openWindow))
  app.on('activate', () => showWindow(openWindow))
  app.on('window-all-closed', () => {
    // On macOS an app without windows goes on, and with it the clusters.
    if (process.platform !== 'darwin') app.quit()
  })
  closeBeforeQuit(async () => {
    stopMemory()
    for (const window of BrowserWindow.getAllWindows()) rememberWindow(windows, window)
    await demos.close()
    await sessions.close()
    await clusters.leave()
    database.close()
  })
}

/** On macOS an app may have none. */
function showWindow(open: () => BrowserWindow): void {
  const window = BrowserWindow.getAllWindows()[0] ?? open()
  if (window.isMinimized()) window.restore()
  window.focus()
}
