import { fitOf } from './fuzzy.ts'

/** Something that can be chosen by typing a part of its name. */
export interface Pick {
  id: string
  label: string
  icon: string
  /** Where it is, or what; not searched. */
  detail?: string
  /** As `Ctrl+W`, where it has keys of its own. */
  keys?: string
  run: () => void
}

export interface PickGroup {
  id: string
  label: string
  picks: readonly Pick[]
}

export type PickRow =
  | { kind: 'heading'; id: string; label: string }
  | { kind: 'pick'; id: string; pick: Pick; at: readonly number[] }

/** A pick that stands higher in its groups wins over one that fits hardly better. */
const FIRST_GROUP = 6

/**
 * Everything under its heading while nothing is typed; then what fits, the best first and without headings. A thing
 * that is in two groups is listed once, where it comes first.
 */
export function pickRows(groups: readonly PickGroup[], typed: string): PickRow[] {
  if (typed.trim() === '') {
    return groups
      .filter(({ picks }) => picks.length > 0)
      .flatMap(({ id, label, picks }): PickRow[] => [
        { kind: 'heading', id: `heading ${id}`, label },
        ...picks.map((pick): PickRow => ({ kind: 'pick', id: pick.id, pick, at: [] })),
      ])
  }
  const seen = new Set<string>()
  const fitting = groups.flatMap(({ picks }, group) =>
    picks.flatMap((pick) => {
      if (seen.has(pick.id)) return []
      const fit = fitOf(typed, pick.label)
      if (!fit) return []
      seen.add(pick.id)
      return [{ pick, at: fit.at, score: fit.score + (group === 0 ? FIRST_GROUP : 0) }]
    }),
  )
  return fitting
    .sort((one, other) => other.score - one.score)
    .map(({ pick, at }) => ({ kind: 'pick', id: pick.id, pick, at }))
}

/** A name in parts, those that were typed and those between. */
export function partsOf(label: string, at: readonly number[]): { text: string; isTyped: boolean }[] {
  const typed = new Set(at)
  const parts: { text: string; isTyped: boolean }[] = []
  for (let index = 0; index < label.length; index++) {
    const isTyped = typed.has(index)
    const last = parts.at(-1)
    if (last && last.isTyped === isTyped) last.text += label[index] ?? ''
    else parts.push({ text: label[index] ?? '', isTyped })
  }
  return parts
}
