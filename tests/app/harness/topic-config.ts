import { Kafka, logLevel } from 'kafkajs'

/** Kafka's number for topics among what has configs. */
const TOPIC = 2

/** A topic's config as an admin's program is told it. */
export async function topicConfig(servers: string, topic: string, name: string): Promise<string | undefined> {
  const kafka = new Kafka({ clientId: 'app-test', brokers: servers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: TOPIC, name: topic, configNames: [name] }],
  })
  await admin.disconnect()
  return resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue
}
