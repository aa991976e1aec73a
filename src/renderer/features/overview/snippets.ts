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
    client: '@platformatic/kafka',
    code: (servers) => `import { Producer, stringSerializers } from '@platformatic/kafka'

const producer = new Producer({
  clientId: 'my-app',
  bootstrapBrokers: [${quoted(servers)}],
  serializers: stringSerializers,
})

await producer.send({ messages: [{ topic: '${TOPIC}', key: 'a', value: 'hello' }] })
await producer.close()`,
  },
  {
    client: 'Java',
    code: (servers) => `var config = new Properties();
config.put("bootstrap.servers", "${servers}");
config.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
config.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");

try (var producer = new KafkaProducer<String, String>(config)) {
  producer.send(new ProducerRecord<>("${TOPIC}", "a", "hello")).get();
}`,
  },
  {
    client: 'Spring',
    code: (servers) => `# application.properties
spring.kafka.bootstrap-servers=${servers}
spring.kafka.consumer.group-id=my-app
spring.kafka.consumer.auto-offset-reset=earliest`,
  },
  {
    client: 'Python',
    code: (servers) => `from confluent_kafka import Producer

producer = Producer({'bootstrap.servers': '${servers}'})
producer.produce('${TOPIC}', key='a', value='hello')
producer.flush()`,
  },
  {
    client: 'Go',
    code: (
      servers,
    ) => `client, err := kgo.NewClient(kgo.SeedBrokers(${quoted(servers, '"')})) // github.com/twmb/franz-go/pkg/kgo
if err != nil {
	log.Fatal(err)
}
defer client.Close()

record := &kgo.Record{Topic: "${TOPIC}", Key: []byte("a"), Value: []byte("hello")}
if err := client.ProduceSync(context.Background(), record).FirstErr(); err != nil {
	log.Fatal(err)
}`,
  },
  {
    client: '.env',
    code: (servers) => `KAFKA_BOOTSTRAP_SERVERS=${servers}
KAFKA_BROKERS=${servers}`,
  },
]

function quoted(servers: string, mark = "'"): string {
  return servers
    .split(',')
    .map((server) => `${mark}${server}${mark}`)
    .join(', ')
}
