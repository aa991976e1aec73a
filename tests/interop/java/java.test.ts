/** The Java client, unchanged and with its defaults, against `ottla up`. */
import { describe, expect, test } from 'vitest'
import { useCluster } from '../../clients/cluster.ts'
import { prepareJava, runJava } from './java-client.ts'

const missing = prepareJava()
if (missing !== null) process.stderr.write(`The Java client is not tested: ${missing}.\n`)

describe.skipIf(missing !== null)('the Java client', () => {
  const cluster = useCluster()

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'creates, grows, produces and consumes in a group with compression %s',
    async (compression) => {
      expect(await runJava('RoundTrip', cluster().bootstrapServers, compression)).toEqual({
        brokers: 3,
        partitions: 4,
        produced: 1_000,
        consumed: 1_000,
        committed: 1_000,
      })
    },
  )

  test.each(['eager', 'cooperative', 'static', 'consumer-protocol'])(
    'shares partitions between two members, %s, and hands them over',
    async (kind) => {
      expect(await runJava('Groups', cluster().bootstrapServers, kind)).toEqual({
        first: 3,
        second: 3,
        shared: 0,
        alone: 6,
        records: 600,
        committed: 600,
      })
    },
  )

  test('asks about the cluster and administers it', async () => {
    expect(await runJava('Administration', cluster().bootstrapServers)).toEqual({
      nodes: 3,
      controller: 1,
      metadataVersion: 1,
      voters: 3,
      quorumLeader: 1,
      replicas: 2,
      moved: 1,
      notNeeded: 1,
      retention: 12_345,
      replicasOnDisk: 2,
      deleted: 1,
    })
  })
})
