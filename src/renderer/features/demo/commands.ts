import { useI18n } from 'vue-i18n'
import { useNavigation } from '../../navigation/store.ts'
import type { Command, CommandGroup } from '../feature.ts'
import { demoLocation } from './locations.ts'
import { FIRST_SETTINGS, useDemos } from './store.ts'

export function useDemoCommands(): () => CommandGroup[] {
  const { t } = useI18n()
  const navigation = useNavigation()
  const demos = useDemos()

  return () => {
    const cluster = navigation.clusterId
    if (!cluster || navigation.cluster?.kind !== 'local' || navigation.cluster.state !== 'running') return []
    const show = () => navigation.go(demoLocation(cluster))
    const start: Command = {
      id: 'demo-start',
      label: t('demo.start'),
      icon: 'i-lucide-play',
      run: () => {
        show()
        void demos.start(cluster, FIRST_SETTINGS)
      },
    }
    const steer: Command[] = [
      {
        id: 'demo-add-member',
        label: t('demo.addMember'),
        icon: 'i-lucide-user-plus',
        run: () => void demos.addMember(cluster),
      },
      {
        id: 'demo-stop',
        label: t('demo.stop'),
        icon: 'i-lucide-circle-stop',
        run: () => void demos.stop(cluster),
      },
      ...(demos.of(cluster)?.members ?? [])
        .filter(({ state }) => state !== 'crashed')
        .flatMap(({ name }): Command[] => [
          {
            id: `demo-crash-${name}`,
            label: t('demo.crashNamed', { name }),
            icon: 'i-lucide-zap',
            run: () => void demos.crashMember(cluster, name),
          },
          {
            id: `demo-remove-${name}`,
            label: t('demo.removeNamed', { name }),
            icon: 'i-lucide-user-minus',
            run: () => void demos.removeMember(cluster, name),
          },
        ]),
    ]
    return [{ title: 'features.demo', commands: demos.of(cluster) ? steer : [start] }]
  }
}
