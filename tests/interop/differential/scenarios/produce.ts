import { produce } from '../../../../src/broker/protocol/messages/00-produce.ts'
import { initProducerId } from '../../../../src/broker/protocol/messages/22-init-producer-id.ts'
import { encodeBatch } from '../../../../src/broker/protocol/record-batch.ts'
import { crc32c } from '../../../../src/broker/protocol/crc32c.ts'
import { wholeLog } from '../whole-log.ts'
import { fetchFrom, produceRequest } from '../../../wire/data.ts'
import { batchOf } from '../../../wire/records.ts'
import type { Topic } from '../../../wire/topics.ts'
import type { Session } from '../session.ts'
import type { Scenario } from './scenario.ts'

const HOUR_MS = 3_600_000

/** A batch with some of its header's bytes changed and a checksum that is right all the same. */
function tampered(change: (batch: Buffer) => void, batch = batchOf(['a', 'b'])): Buffer {
  const copy = Buffer.from(batch)
  change(copy)
  copy.writeUInt32BE(crc32c(copy.subarray(21)), 17)
  return copy
}

function badSum(): Buffer {
  const batch = Buffer.from(batchOf(['a', 'b']))
  batch.writeUInt32BE(0, 17)
  return batch
}

const BATCHES: Readonly<Record<string, () => Buffer | null>> = {
  'one record': () => batchOf(['a']),
  'three records': () => batchOf(['a', 'b', 'c'], { key: 'k' }),
  'no records at all': () => null,
  'an empty record set': () => Buffer.alloc(0),
  'a batch without records': () => encodeBatch({ records: [] }),
  'two batches': () => Buffer.concat([batchOf(['a']), batchOf(['b'])]),
  'a batch cut short': () => batchOf(['a', 'b', 'c']).subarray(0, 70),
  'a batch and a piece': () => Buffer.concat([batchOf(['a']), batchOf(['b']).subarray(0, 30)]),
  nonsense: () =>
    Buffer.from('this is not a record batch, whatever you do with it; it is only some text here'),
  'a wrong checksum': badSum,
  'magic 0': () => tampered((batch) => batch.writeInt8(0, 16)),
  'magic 1': () => tampered((batch) => batch.writeInt8(1, 16)),
  'magic 3': () => tampered((batch) => batch.writeInt8(3, 16)),
  'a base offset': () => batchOf(['a'], { baseOffset: 7 }),
  'a negative base offset': () => batchOf(['a'], { baseOffset: -1 }),
  'a leader epoch': () => batchOf(['a'], { partitionLeaderEpoch: 9 }),
  'too few records told': () => tampered((batch) => batch.writeInt32BE(1, 57)),
  'too many records told': () => tampered((batch) => batch.writeInt32BE(3, 57)),
  'a negative count': () => tampered((batch) => batch.writeInt32BE(-1, 57)),
  'a last offset too large': () => tampered((batch) => batch.writeInt32BE(5, 23)),
  'a negative last offset': () => tampered((batch) => batch.writeInt32BE(-1, 23)),
  'an unknown compression': () => tampered((batch) => batch.writeInt16BE(5, 21)),
  'the control bit': () => tampered((batch) => batch.writeInt16BE(0x20, 21)),
  'the transactional bit': () => tampered((batch) => batch.writeInt16BE(0x10, 21)),
  'the log append time bit': () => tampered((batch) => batch.writeInt16BE(0x08, 21)),
  'the delete horizon bit': () => tampered((batch) => batch.writeInt16BE(0x40, 21)),
  'an unused bit': () => tampered((batch) => batch.writeInt16BE(0x80, 21)),
  'a producer without sequence': () => batchOf(['a'], { producerId: 77, producerEpoch: 0, baseSequence: -1 }),
  'a producer with a negative epoch': () =>
    batchOf(['a'], { producerId: 78, producerEpoch: -1, baseSequence: 0 }),
  'too large': () => batchOf(['x'.repeat(1_048_588)]),
  'just not too large': () => batchOf(['x'.repeat(1_048_588 - 61 - 15)]),
  'no timestamp': () => batchOf(['a'], { timestamp: -1 }),
  'an old timestamp': () => batchOf(['a'], { timestamp: 1 }),
  'a negative timestamp': () => batchOf(['a'], { timestamp: -2 }),
  'two hours ahead': () => batchOf(['a'], { timestamp: Date.now() + 2 * HOUR_MS }),
  'half an hour ahead': () => batchOf(['a'], { timestamp: Date.now() + HOUR_MS / 2 }),
  'a maximum timestamp that is wrong': () => tampered((batch) => batch.writeBigInt64BE(5n, 35)),
}

async function produceAll(
  session: Session,
  topic: Topic,
  labels: readonly string[],
  version = 12,
): Promise<void> {
  for (const label of labels) {
    await session.askAlone(label, produce, version, produceRequest(topic, BATCHES[label]!()))
  }
}

export const produceScenarios: Scenario[] = [
  {
    name: 'produce',
    async run(session) {
      const topic = await session.createTopic('produce', { assignment: [[1, 2, 3]] })
      await produceAll(session, topic, Object.keys(BATCHES))
      session.see('the log', await wholeLog(await session.client(), topic))
    },
  },
  {
    name: 'produce to special topics',
    async run(session) {
      const compacted = await session.createTopic('produce-compacted', {
        assignment: [[1]],
        configs: { 'cleanup.policy': 'compact' },
      })
      const client = await session.client()
      const ask = (step: string, topic: Topic, records: Buffer, version = 12, acks = 1, index = 0) =>
        session.ask(step, client, produce, version, produceRequest(topic, records, { acks, index }))
      const odd = await session.createTopic('produce-odd', { assignment: [[1]] })
      const notGzip = tampered((batch) => batch.writeInt16BE(1, 21))
      await ask('a compression it does not have', odd, notGzip)
      for (const version of [3, 7, 8, 9, 12, 13]) {
        await ask(`no key when compacted, version ${version}`, compacted, batchOf(['a', 'b']), version)
      }
      await ask('a key when compacted', compacted, batchOf(['a'], { key: 'k' }))
      const stamped = await session.createTopic('produce-stamped', {
        assignment: [[1]],
        configs: { 'message.timestamp.type': 'LogAppendTime' },
      })
      await ask('log append time', stamped, batchOf(['a'], { timestamp: 1 }))
      await ask('log append time far ahead', stamped, batchOf(['a'], { timestamp: Date.now() * 2 }))
      const claimed = tampered((batch) => batch.writeInt16BE(0x08, 21))
      await ask('log append time claimed', stamped, claimed)
      session.see('log append time read', await fetchFrom(client, stamped, { version: 12 }))
      const strict = await session.createTopic('produce-strict', {
        assignment: [[1]],
        configs: {
          'message.timestamp.before.max.ms': '1000',
          'message.timestamp.after.max.ms': '1000',
          'max.message.bytes': '200',
        },
      })
      await ask('a timestamp too old', strict, batchOf(['a', 'b'], { timestamp: Date.now() - HOUR_MS }))
      await ask('a timestamp too new', strict, batchOf(['a'], { timestamp: Date.now() + HOUR_MS }))
      await ask('no timestamp when strict', strict, batchOf(['a'], { timestamp: -1 }))
      await ask('larger than the topic allows', strict, batchOf(['x'.repeat(300)]))
      await ask('an unknown partition', compacted, batchOf(['a'], { key: 'k' }), 12, 1, 5)
      await ask('a negative partition', compacted, batchOf(['a'], { key: 'k' }), 12, 1, -1)
      const unknown = { name: 'produce-unknown', id: '0123456789abcdef01234w' }
      await ask('an unknown topic', unknown, batchOf(['a']))
      await ask('an unknown id', unknown, batchOf(['a']), 13)
      await ask('an invalid topic', { ...unknown, name: 'bad name' }, batchOf(['a']))
      await ask('an internal topic', { ...unknown, name: '__consumer_offsets' }, batchOf(['a']))
      const ordinary = await session.createTopic('produce-acks', { assignment: [[1, 2]] })
      for (const version of [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]) {
        await ask(`version ${version}`, ordinary, batchOf(['a']), version, -1)
      }
      await ask('acks 2', ordinary, batchOf(['a']), 12, 2)
      await ask('acks -2', ordinary, batchOf(['a']), 12, -2)
      const follower = await session.client(2)
      await session.ask('to a follower', follower, produce, 12, produceRequest(ordinary, batchOf(['a'])))
      await session.ask(
        'to a follower, version 9',
        follower,
        produce,
        9,
        produceRequest(ordinary, batchOf(['a'])),
      )
      const stranger = await session.client(3)
      await session.ask(
        'to a broker without replica',
        stranger,
        produce,
        12,
        produceRequest(ordinary, batchOf(['a'])),
      )
      await session.ask('nothing', client, produce, 12, { acks: 1, timeoutMs: 1_000, topicData: [] })
      await session.ask('a topic of no partitions', client, produce, 12, {
        acks: 1,
        timeoutMs: 1_000,
        topicData: [{ name: ordinary.name, partitionData: [] }],
      })
      await session.ask('a partition twice', client, produce, 12, {
        acks: 1,
        timeoutMs: 1_000,
        topicData: [
          {
            name: ordinary.name,
            partitionData: [
              { index: 0, records: batchOf(['1']) },
              { index: 0, records: batchOf(['2']) },
            ],
          },
        ],
      })
    },
  },
  {
    name: 'produce without answer',
    async run(session) {
      const topic = await session.createTopic('acks-zero', { assignment: [[1]] })
      const client = await session.connect()
      client.send(produce, 12, produceRequest(topic, batchOf(['a']), { acks: 0 }))
      client.send(produce, 12, produceRequest(topic, batchOf(['b']), { acks: 0 }))
      await session.ask(
        'the next request is answered',
        client,
        produce,
        12,
        produceRequest(topic, batchOf(['c'])),
      )
      client.send(produce, 12, produceRequest(topic, null, { acks: 0, index: 4 }))
      session.see('an error', await client.take().then(String, (error: Error) => error.message))
    },
  },
  {
    name: 'idempotent producer',
    async run(session) {
      const topic = await session.createTopic('idempotent', { assignment: [[1, 2]] })
      const client = await session.client()
      const producerId = await session.producerId()
      await session.ask('an id', client, initProducerId, 5, {
        transactionalId: null,
        transactionTimeoutMs: 1_000,
      })
      await session.ask('an id in version 0', client, initProducerId, 0, {
        transactionalId: null,
        transactionTimeoutMs: 1_000,
      })
      await session.ask('an id with an id', client, initProducerId, 4, {
        transactionalId: null,
        transactionTimeoutMs: 1_000,
        producerId: 5,
        producerEpoch: 1,
      })
      await session.ask('an id with an id but no epoch', client, initProducerId, 4, {
        transactionalId: null,
        transactionTimeoutMs: 1_000,
        producerId: 5,
      })
      await session.ask('an empty transactional id', client, initProducerId, 4, {
        transactionalId: '',
        transactionTimeoutMs: 1_000,
      })
      const send = (step: string, producerEpoch: number, baseSequence: number, count = 1, id = producerId) =>
        session.ask(
          step,
          client,
          produce,
          12,
          produceRequest(
            topic,
            batchOf(
              Array.from({ length: count }, (_, at) => `${step} ${at}`),
              { producerId: id, producerEpoch, baseSequence },
            ),
          ),
        )
      await send('from 0', 0, 0, 2)
      await send('from 2', 0, 2, 2)
      await send('from 2 again', 0, 2, 2)
      await send('from 0 again', 0, 0, 2)
      await send('from 2, but longer', 0, 2, 3)
      await send('from 3', 0, 3)
      await send('a gap', 0, 9)
      await send('from 4', 0, 4)
      await send('from 5', 0, 5)
      await send('from 6', 0, 6)
      await send('from 7', 0, 7)
      await send('from 0, six batches later', 0, 0, 2)
      await send('from 4, the oldest remembered', 0, 4)
      await send('a new epoch in the middle', 1, 8)
      await send('a new epoch', 1, 0)
      await send('the old epoch', 0, 8)
      await send('the new epoch again', 1, 0)
      await send('an epoch skipped', 5, 0)
      await send('a stranger from the middle', 0, 5, 1, producerId + 500)
      await send('the stranger goes on', 0, 6, 1, producerId + 500)
      await send('the last sequence', 0, 2_147_483_647, 1, producerId + 501)
      await send('around the end', 0, 0, 1, producerId + 501)
      await send('across the end', 0, 2_147_483_646, 4, producerId + 502)
      await send('after the end', 0, 2, 1, producerId + 502)
      session.see('the log', await wholeLog(client, topic))
    },
  },
]
