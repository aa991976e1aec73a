import { Menu } from 'electron'

/**
 * Everything is in the window. Only macOS needs a menu: without one its shortcuts for copy, paste and quit are dead.
 * Must run before the first window, or the window keeps the height of a menu bar it does not show.
 */
export function setMenu(): void {
  if (process.platform !== 'darwin') {
    Menu.setApplicationMenu(null)
    return
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { role: 'appMenu' },
      { role: 'editMenu' },
      // Not the whole window menu: its Cmd+W would close the window instead of the tab.
      {
        role: 'window',
        submenu: [{ role: 'minimize' }, { role: 'zoom' }, { type: 'separator' }, { role: 'front' }],
      },
    ]),
  )
}
