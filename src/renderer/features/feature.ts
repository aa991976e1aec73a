import type { Component } from 'vue'
import type { Location } from '../navigation/tab.ts'

/** Something the palette can run. Its words are translated already. */
export interface Command {
  id: string
  label: string
  icon: string
  /** As `Ctrl+W`, where it has keys of its own. */
  keys?: string
  run: () => void
}

export interface CommandGroup {
  /** Key of the group's heading. */
  title: string
  commands: Command[]
}

/** What a user sees in the rail, as one value: rail, tabs, pages and palette are made from the list of these. */
export interface Feature {
  name: string
  icon: string
  /** Key of its title. */
  title: string
  /** Whether its page is about a cluster. */
  scope: 'cluster' | 'app'
  /** Where in the rail; null for a page that is reached in another way. */
  rail: 'top' | 'bottom' | null
  page: Component
  /** What a tab is called instead of the title, as the topic it is about; null for the title. */
  subject?: (location: Location) => string | null
  /** Called in a component's set-up; what it returns is read whenever the palette is open. */
  useCommands?: () => () => CommandGroup[]
}
