import { useEventListener } from '@vueuse/core'
import { useNavigation } from '../navigation/store.ts'

interface Dialogs {
  openPalette: () => void
  openQuickly: () => void
}

/** The window's own keys. Ctrl and Cmd mean the same, wherever the app runs. */
export function useShortcuts({ openPalette, openQuickly }: Dialogs): void {
  const navigation = useNavigation()
  const closeTab = () => navigation.closeTab(navigation.activeId)
  const [next, previous] = [() => navigation.stepTab(1), () => navigation.stepTab(-1)]

  const withCommand: Record<string, () => void> = {
    k: openPalette,
    p: openQuickly,
    w: closeTab,
    tab: next,
    'shift+tab': previous,
    pagedown: next,
    pageup: previous,
    'shift+t': navigation.reopenTab,
    '9': () => navigation.showTab(navigation.tabs.length - 1),
  }
  for (let place = 0; place < 8; place++) withCommand[String(place + 1)] = () => navigation.showTab(place)
  const withAlt: Record<string, () => void> = { arrowleft: navigation.back, arrowright: navigation.forward }

  useEventListener(window, 'keydown', (event) => {
    const acts = event.ctrlKey || event.metaKey ? withCommand : event.altKey ? withAlt : {}
    const act = acts[`${event.shiftKey ? 'shift+' : ''}${keyOf(event)}`]
    if (!act) return
    event.preventDefault()
    act()
  })
}

/** By its letter; on a keyboard that is set to Hangul, by the place where that letter is printed. */
function keyOf({ key, code }: KeyboardEvent): string {
  const isLatin = key.length > 1 || /^[\u0020-\u007E]$/u.test(key)
  return (isLatin ? key : code.replace(/^(?:Key|Digit)/u, '')).toLowerCase()
}
