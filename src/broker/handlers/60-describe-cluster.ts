/**
 * DescribeCluster v0-2: cluster id, controller and brokers.
 *
 * - v1: endpointType; only brokers (1) listen here, so asking for controllers (2) is MISMATCHED_ENDPOINT_TYPE, and for
 *   anything else UNSUPPORTED_ENDPOINT_TYPE (KIP-919).
 * - v2: fenced brokers are listed when asked for (KIP-1073).
 *
 * The controller told is the one that holds the role: in this design a broker holds it, so the answer can be exact.
 * Gap: there are no ACLs, so everybody may do everything with the cluster, and the field says so to who asks.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { describeCluster } from '../protocol/messages/60-describe-cluster.ts'
import { EVERY_CLUSTER_OPERATION } from './authorized-operations.ts'
import { handler } from './handler.ts'

const BROKERS = 1
const CONTROLLERS = 2

export const describeClusterHandler = handler(describeCluster, (request, _context, { metadata }) => {
  const { image } = metadata
  if (request.endpointType !== BROKERS) {
    return {
      errorCode:
        request.endpointType === CONTROLLERS
          ? ErrorCode.MISMATCHED_ENDPOINT_TYPE
          : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
      errorMessage: 'This listener serves brokers; ask for endpoint type 1.',
      clusterId: image.clusterId,
      brokers: [],
    }
  }
  const brokers = [...image.brokers.values()].filter(
    (broker) => !broker.fenced || request.includeFencedBrokers,
  )
  return {
    errorCode: ErrorCode.NONE,
    endpointType: BROKERS,
    clusterId: image.clusterId,
    controllerId: image.controllerId,
    brokers: brokers.map((broker) => ({
      brokerId: broker.id,
      host: broker.host,
      port: broker.port,
      rack: broker.rack,
      isFenced: broker.fenced,
    })),
    ...(request.includeClusterAuthorizedOperations && {
      clusterAuthorizedOperations: EVERY_CLUSTER_OPERATION,
    }),
  }
})
