import { useI18n } from 'vue-i18n'
import { useNavigation } from '../../navigation/store.ts'
import type { CommandGroup } from '../feature.ts'
import { freezeOf } from './fault-view.ts'
import { useFaults } from './store.ts'

/** Freezing and thawing the brokers of the cluster in view, and the end of all its faults. */
export function useFaultCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const navigation = useNavigation()
  const store = useFaults()

  return () => {
    const { cluster } = navigation
    if (cluster?.kind !== 'local' || cluster.state !== 'running') return []
    const faults = store.of(cluster.id)
    const brokers = cluster.brokers.filter(({ state }) => state === 'running')
    return [
      {
        title: 'board.commands.title',
        commands: [
          ...brokers.map(({ id }) => {
            const frozen = freezeOf(faults, id)
            return frozen
              ? {
                  id: `thaw-${id}`,
                  label: t('board.commands.thaw', { id }),
                  icon: 'i-lucide-sun',
                  run: () => void store.remove(cluster.id, [frozen.id]),
                }
              : {
                  id: `freeze-${id}`,
                  label: t('board.commands.freeze', { id }),
                  icon: 'i-lucide-snowflake',
                  run: () => void store.apply(cluster.id, { kind: 'freeze', brokerId: id }),
                }
          }),
          ...(faults.length > 0
            ? [
                {
                  id: 'clear-faults',
                  label: t('board.commands.clear'),
                  icon: 'i-lucide-heart-pulse',
                  run: () => void store.clear(cluster.id),
                },
              ]
            : []),
        ],
      },
    ]
  }
}
