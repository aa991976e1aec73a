import { join } from 'node:path'
import { BrowserWindow, app, nativeTheme, screen } from 'electron'
import { log } from '../log.ts'
import type { WindowStates } from '../store/window-states.ts'
import { APP_ORIGIN } from './app-protocol.ts'
import { visibleBounds } from './bounds.ts'
import { confine, developmentUrl } from './security.ts'

/** The only one there is. */
export const MAIN_WINDOW = 'main'

const DEFAULT_SIZE = { width: 1280, height: 800 }
const MINIMUM_SIZE = { minWidth: 900, minHeight: 560 }
/** The page's own colours, so that the window does not flash white before the first paint. */
const BACKGROUND = { dark: '#0d1422', light: '#f8fafc' }

interface WindowOptions {
  states: WindowStates
  preload: string
  icon: string
}

/** Opens the window where it was when it was last closed. */
export function openMainWindow({ states, preload, icon }: WindowOptions): BrowserWindow {
  const saved = states.read(MAIN_WINDOW)
  const bounds = visibleBounds(
    saved?.bounds ?? null,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  )
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...MINIMUM_SIZE,
    ...bounds,
    useContentSize: bounds === null,
    show: false,
    title: 'Ottla',
    icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  confine(window.webContents)
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error(`The window’s process is gone: ${reason}, exit code ${exitCode}`)
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload()
  })
  if (saved?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => rememberWindow(states, window))
  const url = developmentUrl(app.isPackaged)
  void window.loadURL(url ?? `${APP_ORIGIN}/index.html`)
  return window
}

/** Also for windows that are open at the end of the app, which closes none of them one by one. */
export function rememberWindow(states: WindowStates, window: BrowserWindow): void {
  if (window.isDestroyed()) return
  states.write(MAIN_WINDOW, { bounds: window.getNormalBounds(), maximized: window.isMaximized() })
}

/** Files beside main's own bundle. */
export function bundledFiles(mainDirectory: string) {
  return {
    preload: join(mainDirectory, '../preload/index.cjs'),
    renderer: join(mainDirectory, '../renderer'),
    icon: join(mainDirectory, '../../resources/icon.png'),
  }
}
