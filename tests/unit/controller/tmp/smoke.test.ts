import { mkdtempSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { systemClock } from '../../../../src/broker/clock.ts'
import { createLogger } from '../../../../src/broker/logger.ts'
import { Broker } from '../../../../src/broker/server/broker.ts'
import { Kafka } from 'kafkajs'

test('smoke', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ottla-smoke-'))
  const t0 = performance.now()
  const history: unknown[] = []
  const make = (id: number, port: number) => {
    const directory = join(dir, `broker-${id}`)
    mkdirSync(directory, { recursive: true })
    return new Broker({
    brokerId: id, host: '127.0.0.1', port, rack: null, clusterId: 'b3R0bGEtdGVzdC1jbHVzdA',
    directory, metadataFile: join(dir, 'metadata.db'), config: {}, checkpointPort: null,
    clock: systemClock, log: createLogger(id, (line) => (line.level === 'warn' || line.level === 'error') && console.log(id, line.message, JSON.stringify(line.fields))),
    onHistory: (e) => history.push(`${id}: ${e.kind} ${e.brokerId} <${e.cause}> ${JSON.stringify(e.details)}`),
  })}
  const ports = [39191, 39192, 39193]
  const start = async () => {
    const brokers = ports.map((p, i) => make(i + 1, p))
    for (const b of brokers) b.setAddresses(ports.map((port, i) => ({ id: i + 1, host: '127.0.0.1', port })))
    const s = performance.now()
    await Promise.all(brokers.map((b) => b.start()))
    console.log('started in', performance.now() - s)
    return brokers
  }
  let brokers = await start()
  const kafka = new Kafka({ clientId: 'x', brokers: ports.map((p) => `127.0.0.1:${p}`), logLevel: 1 })
  const admin = kafka.admin()
  await admin.connect()
  let s = performance.now()
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 6, replicationFactor: 3 }], waitForLeaders: true })
  console.log('create', performance.now() - s)
  console.log(JSON.stringify((await admin.fetchTopicMetadata({ topics: ['orders'] })).topics[0]!.partitions.map((p) => [p.partitionId, p.leader, p.isr])))
  console.log(JSON.stringify(await admin.describeCluster()))
  const cfg = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: 'orders', configNames: ['retention.ms'] }] })
  console.log(JSON.stringify(cfg))
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: 'orders', configEntries: [{ name: 'retention.ms', value: '1000' }] }] })
  console.log(JSON.stringify((await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: 'orders', configNames: ['retention.ms'] }] })).resources[0]))
  await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 8 }] })
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: 'a', value: 'b' }] })
  const consumer = kafka.consumer({ groupId: 'g' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  s = performance.now()
  await new Promise<void>((resolve) => consumer.run({ eachMessage: async () => resolve() }))
  console.log('consumed after', performance.now() - s)
  await consumer.disconnect(); await producer.disconnect(); await admin.disconnect()
  s = performance.now()
  await brokers[2]!.stop({ controlled: true })
  console.log('controlled stop', performance.now() - s)
  s = performance.now()
  await Promise.all(brokers.slice(0, 2).map((b) => b.stop({ controlled: false })))
  console.log('stop', performance.now() - s)
  console.log(history.join('\n')); history.length = 0
  brokers = await start()
  await admin.connect()
  console.log(JSON.stringify((await admin.fetchTopicMetadata({ topics: ['orders'] })).topics[0]!.partitions.map((p) => [p.partitionId, p.leader, p.isr])))
  await admin.disconnect()
  await Promise.all(brokers.map((b) => b.stop({ controlled: false })))
  console.log(history.join('\n'))
}, 60000)
