import { HighlightStyle } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** By the window's own variables, so that it follows light and dark. */
export const editorTheme = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'transparent', color: 'var(--ui-text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ui-primary)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ui-primary)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    border: 'none',
    color: 'var(--ui-text-dimmed)',
    paddingLeft: '4px',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--ui-primary) 24%, transparent)',
  },
  '.cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--ui-primary) 20%, transparent)' },
  '.cm-json-error': {
    textDecoration: 'underline wavy var(--ottla-bad)',
    textUnderlineOffset: '3px',
    backgroundColor: 'color-mix(in srgb, var(--ottla-bad) 18%, transparent)',
  },
  '.cm-panels': { backgroundColor: 'var(--ui-bg-muted)', color: 'var(--ui-text)' },
})

export const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ui-primary)' },
  { tag: tags.string, color: 'var(--ottla-good)' },
  { tag: tags.number, color: 'var(--ottla-warn)' },
  { tag: [tags.bool, tags.null], color: 'var(--ottla-controller)' },
])
