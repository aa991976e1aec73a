import { Kafka, logLevel } from 'kafkajs'

const RECORDS = 600
const CITIES = ['Seoul', 'Busan', 'Incheon', 'Daegu', '대전']

/** Records such as a shop has, over the last minutes; among them some that are no JSON. */
export async function writeOrders(servers: string): Promise<void> {
  const kafka = new Kafka({ brokers: servers.split(','), logLevel: logLevel.NOTHING })
  const producer = kafka.producer()
  await producer.connect()
  const messages = Array.from({ length: RECORDS }, (_, n) => ({
    key: `customer-${(n * 7_919) % 97}`,
    value: `{"orderId":"O-${100_000 + n}","ledgerId":9007199254740993,"amount":${((n * 137) % 9_000) / 10},"currency":"KRW","city":"${CITIES[n % CITIES.length]}","items":[{"sku":"SKU-${n % 40}","quantity":${1 + (n % 3)}}]}`,
    headers: { traceparent: `00-${n.toString(16).padStart(32, '0')}-01`, source: 'checkout' },
    timestamp: String(Date.now() - (RECORDS - n) * 850),
  }))
  await producer.send({ topic: 'orders', acks: -1, messages })
  await producer.disconnect()
}
