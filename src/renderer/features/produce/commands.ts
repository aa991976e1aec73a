import { useI18n } from 'vue-i18n'
import { useNavigation } from '../../navigation/store.ts'
import { isOpen } from '../clusters/health.ts'
import type { CommandGroup } from '../feature.ts'
import { produceLocation } from '../topics/locations.ts'
import { useProduce } from './store.ts'

export function useProduceCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const navigation = useNavigation()
  const produce = useProduce()

  return () => {
    const cluster = navigation.clusterId
    if (!cluster || !isOpen(navigation.cluster)) return []
    const topic = navigation.location?.params?.['topic']
    const last = produce.lastIn(cluster)
    const to = topic === undefined ? null : String(topic)
    return [
      {
        title: 'produce.title',
        commands: [
          {
            id: 'produce',
            label: to === null ? t('produce.command') : t('produce.commandTo', { topic: to }),
            icon: 'i-lucide-send',
            run: () => navigation.openTab(produceLocation(cluster, to)),
          },
          ...(last
            ? [
                {
                  id: 'produce-again',
                  label: t('produce.again'),
                  icon: 'i-lucide-repeat',
                  run: () => void produce.send(cluster, last),
                },
              ]
            : []),
        ],
      },
    ]
  }
}
