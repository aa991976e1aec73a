import type { Beginning, Isolation, TextFilter } from '../../../shared/ipc/browse.ts'

export type StartMode = 'newest' | 'oldest' | 'offset' | 'timestamp' | 'live'

/** What the user asks to see, as the toolbar has it. */
export interface View {
  mode: StartMode
  offset: number | null
  timestampMs: number | null
  /** Null for all. */
  partitions: number[] | null
  isolation: Isolation
}

export interface SearchForm {
  text: string
  regex: boolean
  matchCase: boolean
  fields: { key: boolean; value: boolean; headers: boolean }
}

export function emptySearch(): SearchForm {
  return { text: '', regex: false, matchCase: false, fields: { key: true, value: true, headers: true } }
}

/** Null when nothing is searched for. */
export function filterOf(form: SearchForm): TextFilter | null {
  return form.text === '' ? null : { ...form, fields: { ...form.fields } }
}

/** Null while what the mode needs has not been filled in. */
export function beginningOf({ mode, offset, timestampMs }: View): Beginning | null {
  switch (mode) {
    case 'newest':
    case 'oldest':
      return { at: mode }
    case 'offset':
      return offset === null ? null : { at: 'offset', offset }
    case 'timestamp':
      return timestampMs === null ? null : { at: 'timestamp', timestampMs }
    case 'live':
      return null
  }
}
