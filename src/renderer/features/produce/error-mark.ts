import { StateEffect, StateField } from '@codemirror/state'
import type { Range } from '@codemirror/state'
import { Decoration, EditorView } from '@codemirror/view'
import type { DecorationSet } from '@codemirror/view'

/** Where the text is wrong, in characters from its beginning; null where it is right. */
export const setError = StateEffect.define<number | null>()

const mark = Decoration.mark({ class: 'cm-json-error' })

/** Marks one character. It moves with the text until the next is told. */
export const markError = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    const told = transaction.effects.find((effect) => effect.is(setError))
    if (!told) return marks.map(transaction.changes)
    const position: number | null = told.value
    const { length } = transaction.newDoc
    if (position === null || length === 0) return Decoration.none
    const from = Math.min(position, length - 1)
    const range: Range<Decoration> = mark.range(from, from + 1)
    return Decoration.set([range])
  },
  provide: (field) => EditorView.decorations.from(field),
})
