import { useI18n } from 'vue-i18n'
import type { Command } from '../features/feature.ts'
import { useNavigation } from '../navigation/store.ts'

/** What can be done to tabs, each with the keys that do it too. */
export function useWindowCommands({ openQuickly }: { openQuickly: () => void }): () => Command[] {
  const { t } = useI18n()
  const navigation = useNavigation()
  const hasSeveral = () => navigation.tabs.length > 1

  return () => {
    const command = (name: string, icon: string, keys: string, run: () => void): Command => ({
      id: `window-${name}`,
      label: t(`window.${name}`),
      icon,
      keys,
      run,
    })
    return [
      command('open', 'i-lucide-search', 'Ctrl+P', openQuickly),
      ...(navigation.canGoBack ? [command('back', 'i-lucide-arrow-left', 'Alt+←', navigation.back)] : []),
      ...(navigation.canGoForward
        ? [command('forward', 'i-lucide-arrow-right', 'Alt+→', navigation.forward)]
        : []),
      ...(hasSeveral()
        ? [
            command('nextTab', 'i-lucide-chevron-right', 'Ctrl+Tab', () => navigation.stepTab(1)),
            command('previousTab', 'i-lucide-chevron-left', 'Ctrl+Shift+Tab', () => navigation.stepTab(-1)),
            command('closeTab', 'i-lucide-x', 'Ctrl+W', () => navigation.closeTab(navigation.activeId)),
          ]
        : []),
      ...(navigation.closed.length > 0
        ? [command('reopenTab', 'i-lucide-undo-2', 'Ctrl+Shift+T', navigation.reopenTab)]
        : []),
    ]
  }
}
