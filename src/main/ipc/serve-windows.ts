import { BrowserWindow, app, ipcMain } from 'electron'
import type { IpcMainInvokeEvent } from 'electron'
import type { NoticeMessage } from '../../shared/channel/messages.ts'
import { ChannelServer, createNotifier } from '../../shared/channel/server.ts'
import { NOTICE_CHANNEL, REQUEST_CHANNEL } from '../../shared/ipc/bridge.ts'
import type { AppHandlers, AppNotifier } from '../../shared/ipc/contract.ts'
import { contract } from '../../shared/ipc/contract.ts'
import { describeFailure, isExpected } from '../failures.ts'
import { log } from '../log.ts'
import { isOwnPage } from '../window/security.ts'

/** Answers what windows ask. Only the top frame of one of the app's own pages is answered at all. */
export function serveWindows(handlers: AppHandlers): void {
  const server = new ChannelServer(contract, handlers, (error, name) => {
    if (!isExpected(error)) log.error(`${name} failed`, error)
    return describeFailure(error)
  })
  const known = new Set<number>()

  ipcMain.handle(REQUEST_CHANNEL, (event, message: unknown) => {
    if (!isTrusted(event)) {
      log.warn('A page that is not the app asked for something', event.senderFrame?.url)
      return { ok: false, failure: { code: 'NOT_UNDERSTOOD', message: 'Only the app itself is answered.' } }
    }
    const { sender } = event
    if (!known.has(sender.id)) {
      known.add(sender.id)
      // A page that is loaded anew has forgotten its streams, and a closed one too.
      sender.on('did-start-navigation', (details) => {
        if (details.isMainFrame && !details.isSameDocument) server.dropPeer(sender.id)
      })
      sender.once('destroyed', () => {
        known.delete(sender.id)
        server.dropPeer(sender.id)
      })
    }
    return server.handle(sender.id, message)
  })
}

/** Tells every window. A window may close at any moment, even while it is being told. */
export function windowNotifier(): AppNotifier {
  return createNotifier(contract, (message: NoticeMessage) => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.isDestroyed() && !window.webContents.isDestroyed()) {
        window.webContents.send(NOTICE_CHANNEL, message)
      }
    }
  })
}

function isTrusted({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  return (
    senderFrame !== null && senderFrame === sender.mainFrame && isOwnPage(senderFrame.url, app.isPackaged)
  )
}
