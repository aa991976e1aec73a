import { defineApi } from '../api.ts'
import { array, bool, int16, int32, int64, struct, uuid } from '../schema.ts'

/**
 * A broker shows the controller that it is alive, how far it is with the metadata, and that it wants to stop
 * (KIP-631).
 */
export const brokerHeartbeat = defineApi({
  key: 63,
  name: 'BrokerHeartbeat',
  versions: [0, 2],
  flexibleFrom: 0,
  request: struct({
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1 }),
    currentMetadataOffset: int64('0+'),
    wantFence: bool('0+'),
    wantShutDown: bool('0+'),
    offlineLogDirs: array('1+', { tagged: { tag: 0, versions: '1+' } }, uuid()),
    cordonedLogDirs: array(
      '2+',
      { nullable: '2+', tagged: { tag: 1, versions: '2+' }, default: null },
      uuid(),
    ),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    isCaughtUp: bool('0+'),
    isFenced: bool('0+', { default: true }),
    shouldShutDown: bool('0+'),
  }),
})
