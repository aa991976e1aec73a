import { useI18n } from 'vue-i18n'
import { useNavigation } from '../../navigation/store.ts'
import { isOpen } from '../clusters/health.ts'
import type { CommandGroup } from '../feature.ts'
import { useTopics } from './store.ts'

export function useTopicsCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const navigation = useNavigation()
  const topics = useTopics()

  return () => {
    const cluster = navigation.clusterId
    if (!cluster || !isOpen(navigation.cluster)) return []
    return [
      {
        title: 'topics.palette',
        commands: [
          {
            id: 'create-topic',
            label: t('topics.create'),
            icon: 'i-lucide-plus',
            run: () => {
              topics.creatingIn = cluster
              navigation.openTab({ feature: 'topics', cluster })
            },
          },
        ],
      },
    ]
  }
}
