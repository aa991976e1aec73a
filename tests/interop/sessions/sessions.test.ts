/** What the window asks of any cluster, asked of a real Apache Kafka: the same session, none of Ottla's own brokers. */
import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import { ApacheKafka, prepareApacheKafka } from '../differential/apache-kafka.ts'
import { BROKER_IDS } from '../differential/cluster.ts'
import { APACHE_KAFKA_VERSION } from '../differential/known-differences.ts'
import { groupTests } from './groups.ts'
import { JavaClients } from './java-clients.ts'
import { recordTests } from './records.ts'
import type { Session } from './session.ts'
import { openSession } from './session.ts'
import { topicTests } from './topics.ts'
import { troubleTests } from './trouble.ts'

const missing = prepareApacheKafka()
if (missing !== null) process.stderr.write(`Sessions are not tried on Apache Kafka: ${missing}.\n`)

const CONFIG = {
  'log.roll.hours': '48',
  'log.segment.delete.delay.ms': '30000',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.num.partitions': '1',
}

describe.skipIf(missing !== null)(`a session with Apache Kafka ${APACHE_KAFKA_VERSION}`, () => {
  let kafka: ApacheKafka | null = null
  let session: Session | null = null
  let clients: JavaClients | null = null
  const begun = <T>(it: T | null): T => {
    if (it === null) throw new Error('It begins in beforeAll.')
    return it
  }

  beforeAll(async () => {
    kafka = await ApacheKafka.start({ config: CONFIG, racks: BROKER_IDS.map((id) => `rack-${id}`) })
    const addresses = BROKER_IDS.map((id) => begun(kafka).address(id))
    session = openSession(addresses)
    await vi.waitFor(async () => expect((await begun(session).overview()).brokers).toHaveLength(3), {
      timeout: 60_000,
      interval: 500,
    })
    for (const [topic, partitions] of [
      ['compressed', 1],
      ['transactions', 1],
      ['read', 3],
    ] as const) {
      const settings = { partitions, replicationFactor: 3, configs: [], validateOnly: false }
      await session.topics.create({ cluster: 'apache', topic, ...settings })
    }
    clients = await JavaClients.start(addresses.map(({ host, port }) => `${host}:${port}`).join())
  }, 180_000)

  afterAll(async () => {
    clients?.kill()
    await session?.close()
    await kafka?.close()
  })

  topicTests(
    () => begun(session),
    () => begun(kafka),
  )
  recordTests(() => begun(session))
  groupTests(
    () => begun(session),
    () => begun(clients),
  )
  troubleTests(
    () => begun(session),
    () => begun(kafka),
  )
})
