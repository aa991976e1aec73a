import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StartMode } from './view.ts'

/** What the page in view lets the palette do. */
export interface BrowseActions {
  read: (mode: StartMode) => void
  focusSearch: () => void
  exportRange: () => void
  readEarlier: () => void
  togglePause: () => void
  /** Null where nothing is live. */
  isPaused: () => boolean | null
}

export const useBrowseActions = defineStore('browse-actions', () => {
  const current = shallowRef<BrowseActions | null>(null)
  return { current }
})
