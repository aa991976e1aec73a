import { useI18n } from 'vue-i18n'
import type { Cluster, LocalCluster } from '../../../shared/ipc/clusters.ts'
import { useNavigation } from '../../navigation/store.ts'
import type { Command, CommandGroup } from '../feature.ts'
import { useClusters } from './store.ts'

/** Switching clusters, and everything that can be done to the one in view. */
export function useClusterCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const clusters = useClusters()
  const navigation = useNavigation()

  const ofLocal = ({ id, name, state, brokers }: LocalCluster): Command[] => [
    state === 'stopped'
      ? {
          id: 'start-cluster',
          label: t('clusters.startNamed', { name }),
          icon: 'i-lucide-play',
          run: () => void clusters.start(id),
        }
      : {
          id: 'stop-cluster',
          label: t('clusters.stopNamed', { name }),
          icon: 'i-lucide-circle-stop',
          run: () => void clusters.stop(id),
        },
    ...(state === 'running'
      ? [
          {
            id: 'add-broker',
            label: t('clusters.addBroker'),
            icon: 'i-lucide-plus',
            run: () => void clusters.addBroker(id),
          },
        ]
      : []),
    ...brokers.flatMap((broker) => {
      const command = (action: 'startBroker' | 'stopBroker' | 'killBroker', icon: string): Command => ({
        id: `${action}-${broker.id}`,
        label: t(`clusters.${action}`, { id: broker.id }),
        icon,
        run: () => void clusters.broker(action, id, broker.id),
      })
      if (state !== 'running') return []
      if (broker.state !== 'running') return [command('startBroker', 'i-lucide-play')]
      return [command('stopBroker', 'i-lucide-power'), command('killBroker', 'i-lucide-zap')]
    }),
  ]

  const ofCluster = (cluster: Cluster | null) => (cluster?.kind === 'local' ? ofLocal(cluster) : [])

  return () => [
    { title: 'palette.cluster', commands: ofCluster(navigation.cluster) },
    {
      title: 'palette.clusters',
      commands: [
        ...clusters.entries.map(({ id, name, kind }) => ({
          id: `show-${id}`,
          label: name,
          icon: kind === 'local' ? 'i-lucide-server' : 'i-lucide-globe',
          run: () => navigation.showCluster(id),
        })),
        {
          id: 'create-cluster',
          label: t('clusters.create'),
          icon: 'i-lucide-plus',
          run: () => navigation.openTab({ feature: 'create-cluster', cluster: null }),
        },
        {
          id: 'add-cluster',
          label: t('clusters.addByAddress'),
          icon: 'i-lucide-plus',
          run: () => navigation.openTab({ feature: 'add-cluster', cluster: null }),
        },
      ],
    },
  ]
}
