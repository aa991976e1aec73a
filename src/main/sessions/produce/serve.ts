import { FailureError } from '../../../shared/channel/failure.ts'
import type { HandlersOf } from '../../../shared/channel/server.ts'
import type { sessionProduce } from '../../../shared/ipc/produce.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { ErrorCode } from '../error-codes.ts'
import { refuse } from '../refusals.ts'
import { topicConfigs } from '../topics/topic-configs.ts'
import { outgoing } from './content.ts'
import { produceMany } from './many.ts'
import { TopicProducer } from './producer.ts'
import { produceFile } from './records-file.ts'

/** `access` is patient: a record of many megabytes takes its time. */
export function produceHandlers(
  access: ClusterAccess,
): HandlersOf<{ produce: typeof sessionProduce }>['produce'] {
  return {
    shape: async ({ topic }) => {
      const { topics } = await access.metadata([topic])
      const partitions = topics[0]?.partitions.length ?? 0
      if (partitions === 0)
        refuse(topics[0]?.errorCode || ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic ${topic}`)
      const [limit] = await topicConfigs(access, topic, ['max.message.bytes']).catch(() => [])
      return { partitions, maxMessageBytes: limit?.value == null ? null : Number(limit.value) }
    },
    send: async ({ topic, record, acks, keyless }) => {
      const beganMs = performance.now()
      const [outcome] = await new TopicProducer(access, topic, acks, keyless).send([outgoing(record)])
      if (!outcome) throw new Error('A record that was sent has no outcome')
      if ('failure' in outcome) throw new FailureError(outcome.failure)
      return { ...outcome, elapsedMs: performance.now() - beganMs }
    },
    many: (asked, signal) => produceMany(access, asked, signal),
    file: (asked, signal) => produceFile(access, asked, signal),
  }
}
