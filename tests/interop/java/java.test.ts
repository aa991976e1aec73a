/** The Java client, unchanged and with its defaults, against `ottla up`. */
import { describe, expect, test } from 'vitest'
import { useCluster } from '../../clients/cluster.ts'
import { prepareJava, roundTrip } from './java-client.ts'

const missing = prepareJava()
if (missing !== null) process.stderr.write(`The Java client is not tested: ${missing}.\n`)

describe.skipIf(missing !== null)('the Java client', () => {
  const cluster = useCluster()

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'creates, grows, produces and consumes in a group with compression %s',
    async (compression) => {
      expect(await roundTrip(cluster().bootstrapServers, compression)).toEqual({
        brokers: 3,
        partitions: 4,
        produced: 1_000,
        consumed: 1_000,
        committed: 1_000,
      })
    },
  )
})
