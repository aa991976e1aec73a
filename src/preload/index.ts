import { contextBridge, ipcRenderer } from 'electron'
import type { NoticeMessage } from '../shared/channel/messages.ts'
import type { Bridge } from '../shared/ipc/bridge.ts'
import { NOTICE_CHANNEL, REQUEST_CHANNEL } from '../shared/ipc/bridge.ts'

// The whole of what a page gets. What may be asked is the contract's business, and checked in main.
const bridge: Bridge = {
  ask: (message) => ipcRenderer.invoke(REQUEST_CHANNEL, message),
  listen: (listener) => {
    const receive = (_event: unknown, message: NoticeMessage) => listener(message)
    ipcRenderer.on(NOTICE_CHANNEL, receive)
    return () => ipcRenderer.off(NOTICE_CHANNEL, receive)
  },
}

contextBridge.exposeInMainWorld('ottla', bridge)
