import type { Session, WebContents } from 'electron'
import { APP_ORIGIN } from './app-protocol.ts'

/** Vite's server, while developing; a packaged app never loads from anywhere but its own files. */
export function developmentUrl(isPackaged: boolean): string | null {
  return (!isPackaged && process.env.ELECTRON_RENDERER_URL) || null
}

/** Whether a page may talk to main at all. */
export function isOwnPage(url: string, isPackaged: boolean): boolean {
  const development = developmentUrl(isPackaged)
  if (url.startsWith(`${APP_ORIGIN}/`)) return true
  return development !== null && url.startsWith(`${development}/`)
}

/** The page stays the page it is: it opens nothing, goes nowhere, embeds nothing. */
export function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** No page of this app needs the camera, the clipboard's content or anything else a browser would ask about. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.setPermissionCheckHandler(() => false)
}
