import { StorageError } from '../storage/storage-error.ts'
import { systemCode } from './failures.ts'
import type { Failure } from './types.ts'
import type { BrokerWorkerData } from './worker-protocol.ts'

/** Why a broker ended, in a sentence of cause and one of remedy. */
export function brokerFailure(
  { brokerId, port }: Pick<BrokerWorkerData, 'brokerId' | 'port'>,
  error: unknown,
): Failure {
  if (error instanceof StorageError) {
    return { code: `STORAGE_${error.kind.toUpperCase()}`, message: error.message, remedy: error.remedy }
  }
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return {
        code: 'PORT_TAKEN',
        message: `Port ${port} is used by another program.`,
        remedy: `Stop that program, then start broker ${brokerId} again.`,
      }
    case 'EACCES':
      return {
        code: 'PORT_FORBIDDEN',
        message: `Port ${port} may not be opened by this user.`,
        remedy: 'Take a port above 1023.',
      }
    default:
      return {
        code: 'BROKER_CRASHED',
        message: `Broker ${brokerId} ended by an error of its own: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'Start it again; the log has the details.',
      }
  }
}
