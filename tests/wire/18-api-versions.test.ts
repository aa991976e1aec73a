import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { decodeResponse } from '../../src/broker/protocol/frame.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { CLUSTER_ID, useCluster } from './harness.ts'
import { since, versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster()
const software = { clientSoftwareName: 'wire-suite', clientSoftwareVersion: '1.0' }

/** Key, lowest and highest version as clients are told them. */
const SERVED = [
  [0, 0, 13],
  [1, 4, 18],
  [2, 1, 11],
  [3, 0, 13],
  [8, 2, 10],
  [9, 1, 10],
  [10, 0, 6],
  [11, 0, 9],
  [12, 0, 4],
  [13, 0, 5],
  [14, 0, 5],
  [15, 0, 6],
  [16, 0, 5],
  [18, 0, 5],
  [19, 2, 7],
  [20, 1, 6],
  [22, 0, 5],
  [23, 2, 4],
  [32, 1, 4],
  [33, 0, 2],
  [37, 0, 3],
  [42, 0, 3],
  [43, 0, 2],
  [44, 0, 1],
  [47, 0, 0],
  [55, 0, 2],
  [60, 0, 2],
  [64, 0, 0],
].map(([apiKey, minVersion, maxVersion]) => ({ apiKey, minVersion, maxVersion }))

describe.each(versionsOf(apiVersions))('ApiVersions v%i', (version) => {
  it('tells every public API with its versions, and nothing of what brokers speak among themselves', async () => {
    const client = await cluster().client()
    const answer = await client.call(apiVersions, version, software)
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, throttleTimeMs: 0 })
    expect(answer.apiKeys).toEqual(expect.arrayContaining(SERVED))
    const internal = answer.apiKeys.filter(({ apiKey }) =>
      [56, 58, 62, 63, 67, 10001, 10002].includes(apiKey),
    )
    expect(internal).toEqual([])
  })

  it('tells the finalized features from v3 on', async () => {
    const client = await cluster().client()
    const answer = await client.call(apiVersions, version, software)
    const metadataVersion = expect.objectContaining({ name: 'metadata.version' })
    const told = since(3, version, expect.arrayContaining([metadataVersion]), [])
    expect(answer.supportedFeatures).toEqual(told)
    expect(answer.finalizedFeatures).toEqual(told)
    expect(answer.finalizedFeaturesEpoch >= 0).toBe(since(3, version, true, false))
  })

  it('has no tag buffer in the header of its answer', async () => {
    const client = await cluster().client()
    client.send(apiVersions, version, software)
    const frame = await client.take()
    // The error code follows the correlation id at once.
    expect(frame.readInt16BE(4)).toBe(ErrorCode.NONE)
  })
})

describe('ApiVersions', () => {
  it('tells Produce and JoinGroup from 0 on, for librdkafka turns features off otherwise', async () => {
    const client = await cluster().client()
    const { apiKeys } = await client.call(apiVersions, 4, software)
    expect(apiKeys.find(({ apiKey }) => apiKey === 0)?.minVersion).toBe(0)
    expect(apiKeys.find(({ apiKey }) => apiKey === 11)?.minVersion).toBe(0)
  })

  it('does not tell the telemetry APIs, which clients would call on every connection', async () => {
    const client = await cluster().client()
    const { apiKeys } = await client.call(apiVersions, 4, software)
    expect(apiKeys.map(({ apiKey }) => apiKey)).not.toEqual(expect.arrayContaining([71]))
    expect(apiKeys.map(({ apiKey }) => apiKey)).not.toEqual(expect.arrayContaining([72]))
  })

  it('lists its APIs in the order of their keys, each once', async () => {
    const client = await cluster().client()
    const { apiKeys } = await client.call(apiVersions, 4, software)
    const keys = apiKeys.map(({ apiKey }) => apiKey)
    expect(keys).toEqual([...new Set(keys)].toSorted((a, b) => a - b))
  })

  it.each([6, 7, 99, 32_767, -1])(
    'answers the unknown version %i in version 0 with its own range',
    async (version) => {
      const client = await cluster().client()
      client.sendBytes(requestOfVersion(version))
      const { correlationId, body } = decodeResponse(apiVersions, 0, await client.take())
      expect(correlationId).toBe(41)
      expect(body.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION)
      expect(body.apiKeys).toContainEqual({ apiKey: 18, minVersion: 0, maxVersion: 5 })
    },
  )

  it('goes on with the connection after an unknown version', async () => {
    const client = await cluster().client()
    client.sendBytes(requestOfVersion(99))
    await client.take()
    const { errorCode } = await client.call(apiVersions, 5, software)
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  describe.each(versionsFrom(apiVersions, 3))(
    'v%i: a software name or version that is not well formed',
    (version) => {
      it.each(['', ' ', '-kafka', 'kafka-', '.kafka', 'kaf ka', 'kafka\n', 'käfka', 'a_b', 'kafka!'])(
        'is INVALID_REQUEST: %j',
        async (malformed) => {
          const client = await cluster().client()
          const byName = await client.call(apiVersions, version, {
            ...software,
            clientSoftwareName: malformed,
          })
          const byVersion = await client.call(apiVersions, version, {
            ...software,
            clientSoftwareVersion: malformed,
          })
          expect([byName.errorCode, byVersion.errorCode]).toEqual([
            ErrorCode.INVALID_REQUEST,
            ErrorCode.INVALID_REQUEST,
          ])
        },
      )
    },
  )

  it.each(['a', '7', 'apache-kafka-java', 'librdkafka', '4.0.0-SNAPSHOT', 'a..b'])(
    'takes the name %j',
    async (name) => {
      const client = await cluster().client()
      const { errorCode } = await client.call(apiVersions, 3, {
        clientSoftwareName: name,
        clientSoftwareVersion: name,
      })
      expect(errorCode).toBe(ErrorCode.NONE)
    },
  )

  it('v5: another cluster at this address is REBOOTSTRAP_REQUIRED', async () => {
    const client = await cluster().client()
    const { errorCode } = await client.call(apiVersions, 5, {
      ...software,
      clusterId: 'another-cluster',
      nodeId: 1,
    })
    expect(errorCode).toBe(ErrorCode.REBOOTSTRAP_REQUIRED)
  })

  it('v5: another broker at this address is REBOOTSTRAP_REQUIRED', async () => {
    const client = await cluster().client()
    const { errorCode } = await client.call(apiVersions, 5, { ...software, clusterId: CLUSTER_ID, nodeId: 2 })
    expect(errorCode).toBe(ErrorCode.REBOOTSTRAP_REQUIRED)
  })

  it.each([
    ['both', { clusterId: CLUSTER_ID, nodeId: 1 }],
    ['the cluster alone', { clusterId: CLUSTER_ID }],
    ['the broker alone', { nodeId: 1 }],
    ['neither', {}],
  ])('v5: a client that expects %s right is served', async (_what, expected) => {
    const client = await cluster().client()
    const { errorCode, apiKeys } = await client.call(apiVersions, 5, { ...software, ...expected })
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(apiKeys.length).toBeGreaterThan(20)
  })
})

/** With a body no version has, as a newer one's would look to this broker. */
function requestOfVersion(version: number): Buffer {
  const bytes = Buffer.alloc(4 + 10 + 20)
  bytes.writeInt32BE(bytes.length - 4, 0)
  bytes.writeInt16BE(18, 4)
  bytes.writeInt16BE(version, 6)
  bytes.writeInt32BE(41, 8)
  bytes.writeInt16BE(-1, 12)
  return bytes.fill(0xfe, 14)
}
