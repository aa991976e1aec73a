/** What to paste into a terminal or a file to use the cluster with a client. Code is the same in every language. */
export interface Snippet {
  client: string
  code: (bootstrapServers: string) => string
}

const TOPIC = 'quickstart'

export const snippets: readonly Snippet[] = [
  {
    client: 'kcat',
    code: (servers) =>
      [
        `echo "hello" | kcat -P -b ${servers} -t ${TOPIC}`,
        `kcat -C -b ${servers} -t ${TOPIC} -o beginning`,
      ].join('\n'),
  },
  {
    client: 'kafkajs',
    code: (servers) => `import { Kafka } from 'kafkajs'

const kafka = new Kafka({
  clientId: 'my-app',
  brokers: [${quoted(servers)}],
})

const producer = kafka.producer()
await producer.connect()
await producer.send({ topic: '${TOPIC}', messages: [{ key: 'a', value: 'hello' }] })
await producer.disconnect()`,
  },
  {
    client: 'Java',
    code: (servers) => `bootstrap.servers=${servers}
key.serializer=org.apache.kafka.common.serialization.StringSerializer
value.serializer=org.apache.kafka.common.serialization.StringSerializer
acks=all`,
  },
  {
    client: 'Python',
    code: (servers) => `from confluent_kafka import Producer

producer = Producer({'bootstrap.servers': '${servers}'})
producer.produce('${TOPIC}', key='a', value='hello')
producer.flush()`,
  },
]

function quoted(servers: string): string {
  return servers
    .split(',')
    .map((server) => `'${server}'`)
    .join(', ')
}
