import { useEventListener } from '@vueuse/core'
import { useNavigation } from '../navigation/store.ts'

/** The window's own keys. Ctrl and Cmd mean the same, wherever the app runs. */
export function useShortcuts({ openPalette }: { openPalette: () => void }): void {
  const navigation = useNavigation()

  useEventListener(window, 'keydown', (event) => {
    const command = event.ctrlKey || event.metaKey
    const acts: Record<string, () => void> = command
      ? { k: openPalette, w: () => navigation.closeTab(navigation.activeId) }
      : event.altKey
        ? { ArrowLeft: navigation.back, ArrowRight: navigation.forward }
        : {}
    const act = acts[event.key]
    if (!act) return
    event.preventDefault()
    act()
  })
}
