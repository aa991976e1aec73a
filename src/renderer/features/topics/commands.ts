import { useI18n } from 'vue-i18n'
import { useNavigation } from '../../navigation/store.ts'
import { isOpen } from '../clusters/health.ts'
import type { CommandGroup } from '../feature.ts'
import { topicLocation } from './locations.ts'
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
          ...topics
            .seenIn(cluster)
            .filter(({ isInternal }) => !isInternal)
            .map(({ name }) => ({
              id: `topic-${name}`,
              label: t('topics.openCommand', { topic: name }),
              icon: 'i-lucide-layers',
              run: () => navigation.openTab(topicLocation(cluster, name)),
            })),
        ],
      },
    ]
  }
}
