import type { GenericError } from '@platformatic/kafka'
import { MultipleErrors, ProtocolError, findErrorBy } from '@platformatic/kafka'
import type { Failure } from '../../shared/channel/failure.ts'

/** What went wrong with a cluster, in words for its user. The client's errors nest; the innermost tells most. */
export function describeKafkaError(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'INTERNAL', message: String(error) }
  if (MultipleErrors.isMultipleErrors(error) && error.errors.length > 0) {
    return describeKafkaError(error.errors.at(-1))
  }
  const refused = findErrorBy(error as GenericError, 'code', ProtocolError.code)
  if (refused) {
    const errorCode = Number(refused.apiCode)
    const errorName = String(refused.apiId)
    return { code: 'KAFKA', message: sentence(refused.message), kafka: { errorCode, errorName } }
  }
  const innermost = deepest(error)
  return sockets[innermost.code ?? '']?.(addressOf(innermost)) ?? noAnswer(innermost)
}

/** Errors of sockets carry the address they are about. */
interface SystemError extends Error {
  code?: string
  address?: string
  port?: number
  hostname?: string
}

const AGAIN = 'It is asked again every second.'

const sockets: Record<string, (address: string) => Failure> = {
  ECONNREFUSED: (address) => ({
    code: 'CONNECTION_REFUSED',
    message: `The brokers take no connections: ${address} refused the last one.`,
    remedy: 'Start a broker. The cluster is asked again every second.',
  }),
  ECONNRESET: (address) => ({
    code: 'CONNECTION_LOST',
    message: `The connection to ${address} was lost.`,
    remedy: 'It is made again by itself.',
  }),
  ENOTFOUND: (address) => ({
    code: 'UNKNOWN_HOST',
    message: `The host ${address} is not known.`,
    remedy: 'Check the address.',
  }),
}

function noAnswer(error: Error): Failure {
  return { code: 'NO_ANSWER', message: sentence(error.message), remedy: AGAIN }
}

function addressOf({ address, port, hostname }: SystemError): string {
  return port === undefined ? (hostname ?? address ?? 'the broker') : `${address ?? ''}:${port}`
}

function deepest(error: SystemError): SystemError {
  return error.cause instanceof Error ? deepest(error.cause) : error
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`
}
