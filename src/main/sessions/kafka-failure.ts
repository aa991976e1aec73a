import { GenericError, MultipleErrors, ProtocolError, findErrorBy } from '@platformatic/kafka'
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
    return { code: 'KAFKA', message: refused.message, kafka: { errorCode, errorName } }
  }
  return { code: codes[systemCode(error)] ?? 'NO_ANSWER', message: deepest(error).message }
}

const codes: Record<string, string> = {
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ECONNRESET: 'CONNECTION_LOST',
  ENOTFOUND: 'UNKNOWN_HOST',
  ETIMEDOUT: 'NO_ANSWER',
}

function deepest(error: Error): Error {
  return error.cause instanceof Error ? deepest(error.cause) : error
}

function systemCode(error: Error): string {
  const { code } = deepest(error) as NodeJS.ErrnoException
  return code ?? ''
}
