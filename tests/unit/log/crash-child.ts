/*
 * A program which appends for ever: batches anybody can make again from their number, three partitions a turn, some
 * turns synced. Tells on stdout what is committed.
 */
import { LogManager } from '../../../src/broker/log/log-manager.ts'
import { systemClock } from '../../../src/broker/clock.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { numberedBatch, PARTITIONS } from './numbered-batch.ts'
import { TOPIC, TOPIC_ID, topicConfig } from './topic-config.ts'

const dataDir = process.argv[2] ?? ''
const config = topicConfig({ segmentBytes: 1_000_000, flushMessages: 500 })
const logs = new LogManager({ dataDir, clock: systemClock, log: createLogger(1, () => undefined) })
const partitions = Array.from({ length: PARTITIONS }, (_, index) =>
  logs.getOrCreate(TOPIC_ID, TOPIC, index, config),
)

for (;;) {
  for (const log of partitions) {
    const records = numberedBatch(log.partition, log.nextOffset)
    log.appendAsLeader(records, { leaderEpoch: 0, origin: 'client', nowMs: Date.now() })
  }
  await logs.committed()
  process.stdout.write(`${partitions[0]?.logEndOffset ?? 0}\n`)
}
