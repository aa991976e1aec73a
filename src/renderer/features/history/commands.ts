import { useI18n } from 'vue-i18n'
import { useNavigation } from '../../navigation/store.ts'
import type { CommandGroup } from '../feature.ts'
import { historyLocation } from './locations.ts'

/** What is in view has a history of its own, where it is a topic or a group. */
export function useHistoryCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const navigation = useNavigation()

  return () => {
    const { location } = navigation
    const cluster = location?.cluster
    if (!cluster?.startsWith('local:')) return []
    const { topic, groupId } = location?.params ?? {}
    const commands = []
    if (location?.feature === 'topic' && topic !== undefined) {
      commands.push({
        id: 'history-topic',
        label: t('history.commands.topic', { topic }),
        icon: 'i-lucide-history',
        run: () => navigation.openTab(historyLocation(cluster, { topic: String(topic) })),
      })
    }
    if (location?.feature === 'group' && groupId !== undefined) {
      commands.push({
        id: 'history-group',
        label: t('history.commands.group', { group: groupId }),
        icon: 'i-lucide-history',
        run: () => navigation.openTab(historyLocation(cluster, { group: String(groupId) })),
      })
    }
    return commands.length === 0 ? [] : [{ title: 'features.history', commands }]
  }
}
