import type { HandlersOf } from '../../../shared/channel/server.ts'
import type { sessionTopics } from '../../../shared/ipc/topics.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { attempt } from './attempt.ts'
import { configsWithDefaults } from './config-defaults.ts'
import type { MinInsyncReplicas } from './min-insync.ts'
import { addPartitions, createTopic, deleteTopic, growBy } from './topic-changes.ts'
import { alterTopicConfigs } from './topic-configs.ts'
import { countRecords } from './topic-counts.ts'
import { pause } from '../pause.ts'
import { watchTopics } from './topic-list.ts'
import { TopicSampler } from './topic-sampler.ts'

const SAMPLE_INTERVAL_MS = 1_000

export interface TopicAccess {
  /** Impatient: what is not answered soon is asked again a second later. */
  watching: ClusterAccess
  /** Patient: what changes topics is asked once. */
  changing: ClusterAccess
  minInsync: MinInsyncReplicas
}

export function topicHandlers({
  watching,
  changing,
  minInsync,
}: TopicAccess): HandlersOf<{ topics: typeof sessionTopics }>['topics'] {
  return {
    watch: (_input, signal) => watchTopics(watching, minInsync, signal),
    counts: ({ topics }) => countRecords(watching, topics),
    watchTopic: async function* ({ topic }, signal) {
      const sampler = new TopicSampler(watching, topic)
      while (!signal.aborted) {
        const beganMs = performance.now()
        yield await attempt(() => sampler.sample())
        await pause(Math.max(0, SAMPLE_INTERVAL_MS - (performance.now() - beganMs)), signal)
      }
    },
    configs: ({ topic }) => configsWithDefaults(watching, topic),
    create: (asked) => createTopic(changing, asked),
    delete: ({ topic }) => deleteTopic(changing, topic),
    addPartitions: ({ topic, partitions }) => addPartitions(changing, topic, partitions),
    growBy: ({ topic, added }) => growBy(changing, topic, added),
    alterConfigs: async ({ topic, changes, validateOnly }) => {
      await alterTopicConfigs(changing, topic, changes, validateOnly)
      minInsync.forget()
    },
  }
}
