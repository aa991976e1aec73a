import type { Sessions } from '../sessions/sessions.ts'
import type { CreateTopic } from './demos.ts'

/** Creates topics by the session of a cluster: the app has no other door into brokers. */
export function topicBySession(sessions: Sessions): CreateTopic {
  return async (cluster, { name, partitions, replicationFactor }) => {
    const client = sessions.find(cluster)?.client
    if (!client) {
      return {
        ok: false,
        failure: { code: 'NOT_RUNNING', message: 'The cluster is not open.', remedy: 'Start it first.' },
      }
    }
    return client.topics.create({
      cluster,
      topic: name,
      partitions,
      replicationFactor,
      configs: [],
      validateOnly: false,
    })
  }
}
