import { useI18n } from 'vue-i18n'
import { CLUSTER_COLOURS } from '../../../shared/ipc/colours.ts'
import type { Cluster, LocalCluster } from '../../../shared/ipc/clusters.ts'
import { useNavigation } from '../../navigation/store.ts'
import type { Command, CommandGroup } from '../feature.ts'
import { COLOUR_ICONS, useClusterColours } from './colours.ts'
import { useClusters } from './store.ts'

/** Switching clusters, and everything that can be done to the one in view. */
export function useClusterCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const clusters = useClusters()
  const navigation = useNavigation()
  const colours = useClusterColours()

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

  /** Of the cluster in view: every colour but its own, and none at all. */
  const colouring = ({ id, name }: Cluster): Command[] => {
    const now = colours.of(id)
    const others = CLUSTER_COLOURS.filter((colour) => colour !== now)
    return [
      ...others.map((colour) => ({
        id: `colour-${colour}`,
        label: t('colours.set', { name, colour: t(`colours.named.${colour}`) }),
        icon: COLOUR_ICONS[colour],
        run: () => void colours.set(id, colour),
      })),
      ...(now === null
        ? []
        : [
            {
              id: 'colour-none',
              label: t('colours.set', { name, colour: t('colours.none') }),
              icon: 'i-lucide-circle-slash',
              run: () => void colours.set(id, null),
            },
          ]),
    ]
  }

  return () => [
    { title: 'palette.cluster', commands: ofCluster(navigation.cluster) },
    { title: 'palette.colour', commands: navigation.cluster ? colouring(navigation.cluster) : [] },
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
