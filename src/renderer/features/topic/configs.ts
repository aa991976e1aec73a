import { onActivated, onMounted } from 'vue'
import type { TopicConfig } from '../../../shared/ipc/topics.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'

/** A topic's configs, asked for whenever its page comes on the screen. */
export function useTopicConfigs(cluster: string, topic: string) {
  const client = useClient()
  const configs = useRemoteValue<TopicConfig[]>(() => client.topics.configs({ cluster, topic }))
  onMounted(configs.load)
  onActivated(configs.load)
  return configs
}
