import type { ClientOf } from '../channel/client.ts'
import type { HandlersOf, NotifierOf } from '../channel/server.ts'
import { app } from './app.ts'
import { clusters } from './clusters.ts'
import { overview } from './overview.ts'
import { settings } from './settings.ts'

/** Everything windows may ask of main and be told by it. */
export const contract = { app, settings, clusters, overview }

export type AppClient = ClientOf<typeof contract>
export type AppHandlers = HandlersOf<typeof contract>
export type AppNotifier = NotifierOf<typeof contract>
