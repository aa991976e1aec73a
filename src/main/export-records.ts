import { app, BrowserWindow, dialog } from 'electron'
import { join } from 'node:path'
import type { HandlersOf } from '../shared/channel/server.ts'
import type { browse, ExportProgress, sessionBrowse } from '../shared/ipc/browse.ts'

type Asked = HandlersOf<{ browse: typeof browse }>['browse']['export']
type Passed = HandlersOf<{ browse: typeof sessionBrowse }>['browse']['export']

const CHOOSING: ExportProgress = {
  state: 'choosing',
  file: null,
  written: 0,
  fileBytes: 0,
  done: 0,
  total: 0,
  elapsedMs: 0,
}

/** Which file is written is the user's choice in a dialog of main: a page names no paths. */
export function exportToChosenFile(pass: Passed): Asked {
  return async function* (asked, signal) {
    yield CHOOSING
    const file = await chooseFile(asked.topic, asked.format)
    if (file === null || signal.aborted) {
      yield { ...CHOOSING, state: 'dismissed' }
      return
    }
    yield* pass({ ...asked, file }, signal)
  }
}

async function chooseFile(topic: string, format: 'ndjson' | 'csv'): Promise<string | null> {
  const options = {
    defaultPath: join(app.getPath('downloads'), `${topic}.${format}`),
    filters: [{ name: format === 'csv' ? 'CSV' : 'NDJSON', extensions: [format] }],
  }
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  const { filePath, canceled } = window
    ? await dialog.showSaveDialog(window, options)
    : await dialog.showSaveDialog(options)
  return canceled || filePath === '' ? null : filePath
}
