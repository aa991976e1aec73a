import type { ClientOf } from '../channel/client.ts'
import type { HandlersOf, NotifierOf } from '../channel/server.ts'
import { app } from './app.ts'
import { sessionBoard as board } from './board.ts'
import { browse } from './browse.ts'
import { clusters } from './clusters.ts'
import { colours } from './colours.ts'
import { demo } from './demo.ts'
import { faults } from './faults.ts'
import { sessionGroups as groups } from './groups.ts'
import { history } from './history.ts'
import { overview } from './overview.ts'
import { produce, templates } from './produce.ts'
import { settings } from './settings.ts'
import { pins, sessionTopics as topics } from './topics.ts'
import { tabs } from './tabs.ts'
import { traffic } from './traffic.ts'

/** Everything windows may ask of main and be told by it. */
export const contract = {
  app,
  settings,
  clusters,
  colours,
  tabs,
  overview,
  traffic,
  topics,
  groups,
  history,
  faults,
  board,
  browse,
  pins,
  produce,
  templates,
  demo,
}

export type AppClient = ClientOf<typeof contract>
export type AppHandlers = HandlersOf<typeof contract>
export type AppNotifier = NotifierOf<typeof contract>
