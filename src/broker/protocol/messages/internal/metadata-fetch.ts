import { defineApi } from '../../api.ts'
import { array, bool, bytes, int16, int32, int64, struct } from '../../schema.ts'

/**
 * How a broker follows the cluster's metadata log: it asks the controller for the records from `nextOffset` on,
 * and the controller holds the answer back until there are some or `maxWaitMs` has passed. Kafka uses Fetch on
 * its metadata topic for this; here the log is rows in the metadata store, so it has a message of its own.
 */
export const metadataFetch = defineApi({
  key: 10001,
  name: 'MetadataFetch',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1 }),
    nextOffset: int64('0+'),
    maxWaitMs: int32('0+'),
  }),
  response: struct({
    errorCode: int16('0+'),
    controllerId: int32('0+', { default: -1 }),
    controllerEpoch: int32('0+', { default: -1 }),
    /** Offset of the first record below. */
    fromOffset: int64('0+'),
    /** True: throw the image away, the records rebuild it as it is at `endOffset`. */
    snapshot: bool('0+'),
    endOffset: int64('0+'),
    records: array('0+', bytes()),
  }),
})
