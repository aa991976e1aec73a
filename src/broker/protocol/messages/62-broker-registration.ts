import { defineApi } from '../api.ts'
import { array, bool, int16, int32, int64, string, struct, uint16, uuid } from '../schema.ts'

/**
 * A broker that starts makes itself known to the controller and gets its epoch (KIP-631). A new incarnation
 * id tells a restart from a repeated request.
 *
 * 3: the epoch before a clean shutdown; without it the controller must assume that unflushed data is lost
 * (KIP-966).
 */
export const brokerRegistration = defineApi({
  key: 62,
  name: 'BrokerRegistration',
  versions: [0, 4],
  flexibleFrom: 0,
  request: struct({
    brokerId: int32('0+'),
    clusterId: string('0+'),
    incarnationId: uuid('0+'),
    listeners: array('0+', {
      name: string('0+'),
      host: string('0+'),
      port: uint16('0+'),
      securityProtocol: int16('0+'),
    }),
    features: array('0+', {
      name: string('0+'),
      minSupportedVersion: int16('0+'),
      maxSupportedVersion: int16('0+'),
    }),
    rack: string('0+', { nullable: '0+' }),
    isMigratingZkBroker: bool('1+'),
    logDirs: array('2+', { ignorable: true }, uuid()),
    previousBrokerEpoch: int64('3+', { default: -1, ignorable: true }),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    brokerEpoch: int64('0+', { default: -1 }),
  }),
})
