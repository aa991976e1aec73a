import { defineApi } from '../api.ts'
import { array, bool, int16, int32, int64, string, struct } from '../schema.ts'

/**
 * What this broker can do: the first request of nearly every client. A version from the future is answered in
 * version 0, because that is the one layout both sides are sure to know; for the same reason the header of
 * the answer never has a tag buffer (KIP-511).
 *
 * 3: who is asking, and features (KIP-584). 5: which cluster and broker the client means to have reached
 * (KIP-1242).
 */
export const apiVersions = defineApi({
  key: 18,
  name: 'ApiVersions',
  versions: [0, 5],
  flexibleFrom: 3,
  request: struct({
    clientSoftwareName: string('3+', { ignorable: true }),
    clientSoftwareVersion: string('3+', { ignorable: true }),
    clusterId: string('5+', { nullable: '5+', default: null, ignorable: true }),
    nodeId: int32('5+', { default: -1, ignorable: true }),
  }),
  response: struct({
    errorCode: int16('0+'),
    apiKeys: array('0+', {
      apiKey: int16('0+'),
      minVersion: int16('0+'),
      maxVersion: int16('0+'),
    }),
    throttleTimeMs: int32('1+', { ignorable: true }),
    supportedFeatures: array(
      '3+',
      { tagged: { tag: 0, versions: '3+' }, ignorable: true },
      {
        name: string('3+'),
        minVersion: int16('3+'),
        maxVersion: int16('3+'),
      },
    ),
    finalizedFeaturesEpoch: int64('3+', { tagged: { tag: 1, versions: '3+' }, default: -1, ignorable: true }),
    finalizedFeatures: array(
      '3+',
      { tagged: { tag: 2, versions: '3+' }, ignorable: true },
      {
        name: string('3+'),
        maxVersionLevel: int16('3+'),
        minVersionLevel: int16('3+'),
      },
    ),
    zkMigrationReady: bool('3+', { tagged: { tag: 3, versions: '3+' }, ignorable: true }),
  }),
})
