import { useI18n } from 'vue-i18n'
import { useNavigation } from '../../navigation/store.ts'
import type { Command, CommandGroup } from '../feature.ts'
import type { BrowseActions } from './actions.ts'
import { useBrowseActions } from './actions.ts'

/** What can be done on the browse page in view. */
export function useBrowseCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const navigation = useNavigation()
  const actions = useBrowseActions()

  return () => {
    const inView = navigation.location?.feature === 'browse' ? actions.current : null
    const command = (id: string, icon: string, run: () => void): Command => ({
      id: `browse-${id}`,
      label: t(`browse.commands.${id}`),
      icon,
      run,
    })
    const pauseOf = ({ isPaused, togglePause }: BrowseActions): Command[] => {
      const paused = isPaused()
      if (paused === null) return []
      return [
        paused
          ? command('resume', 'i-lucide-play', togglePause)
          : command('pause', 'i-lucide-pause', togglePause),
      ]
    }
    const commands = inView
      ? [
          command('newest', 'i-lucide-arrow-down-wide-narrow', () => inView.read('newest')),
          command('oldest', 'i-lucide-arrow-up-narrow-wide', () => inView.read('oldest')),
          command('live', 'i-lucide-radio', () => inView.read('live')),
          command('search', 'i-lucide-search', () => inView.focusSearch()),
          command('export', 'i-lucide-download', () => inView.exportRange()),
          ...pauseOf(inView),
        ]
      : []
    return [{ title: 'features.browse', commands }]
  }
}
