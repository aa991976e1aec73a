import type { Clock } from '../clock.ts'
import type { LogManager } from '../log/log-manager.ts'
import { RecordValidationError } from '../log/validation.ts'
import type { Logger } from '../logger.ts'
import { isInternalTopic } from '../metadata/internal-topics.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { StorageError } from '../storage/storage-error.ts'
import { appendFailure } from './append.ts'
import type { AppendEntry, AppendRequest, AppendResult } from './append.ts'
import { DelayedProduce } from './delayed-produce.ts'
import type { AwaitedAppend, ProducePurgatory } from './delayed-produce.ts'
import type { Lookup } from './hosted-partitions.ts'

export interface AppenderOptions {
  clock: Clock
  log: Logger
  logs: LogManager
  purgatory: ProducePurgatory
  find(topic: string, partition: number, topicId: string | undefined): Lookup
}

/**
 * The append path of a leader: everything a request brings is appended in the turn it arrives, is committed with
 * the rest of that turn in one transaction, and is answered after that, or after the ISR has it.
 */
export class Appender {
  readonly #options: AppenderOptions

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  /** One result an entry, in their order. Never rejects: failures are codes. */
  append(request: AppendRequest): Promise<AppendResult[]> {
    const { requiredAcks } = request
    if (requiredAcks !== 0 && requiredAcks !== 1 && requiredAcks !== -1) {
      return Promise.resolve(request.entries.map(() => appendFailure(ErrorCode.INVALID_REQUIRED_ACKS)))
    }
    const nowMs = this.#options.clock.now()
    const appended: AwaitedAppend[] = []
    const results = request.entries.map((entry) => this.#appendOne(entry, request, nowMs, appended))
    if (requiredAcks === 0 || appended.length === 0) return Promise.resolve(results)
    if (requiredAcks === 1) return this.#answerAfterCommit(results, appended)
    return this.#answerAfterReplication(results, appended, request.timeoutMs)
  }

  #appendOne(
    entry: AppendEntry,
    request: AppendRequest,
    nowMs: number,
    appended: AwaitedAppend[],
  ): AppendResult {
    const { origin, requiredAcks } = request
    const internalAllowed = request.internalTopicsAllowed ?? origin !== 'client'
    if (!internalAllowed && isInternalTopic(entry.topic)) {
      return appendFailure(
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        `Only the broker itself may write to ${entry.topic}.`,
      )
    }
    const { partition, errorCode } = this.#options.find(entry.topic, entry.partition, entry.topicId)
    if (partition === null) return appendFailure(errorCode)
    try {
      const append = partition.appendAsLeader(entry.records, { requiredAcks, origin, nowMs })
      const result: AppendResult = {
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        baseOffset: append.baseOffset,
        lastOffset: append.lastOffset,
        logAppendTimeMs: append.logAppendTimeMs,
        logStartOffset: append.logStartOffset,
        recordErrors: [],
      }
      appended.push({ partition, result })
      return result
    } catch (error) {
      return this.#failure(error, entry, partition.log.logStartOffset)
    }
  }

  async #answerAfterCommit(
    results: AppendResult[],
    appended: readonly AwaitedAppend[],
  ): Promise<AppendResult[]> {
    try {
      await this.#options.logs.committed()
    } catch (error) {
      const { errorCode, errorMessage } = this.#failure(error)
      for (const { result } of appended) Object.assign(result, appendFailure(errorCode, errorMessage))
    }
    return results
  }

  #answerAfterReplication(
    results: AppendResult[],
    appended: readonly AwaitedAppend[],
    timeoutMs: number,
  ): Promise<AppendResult[]> {
    const { clock, purgatory } = this.#options
    return new Promise((resolve) => {
      const delayed = new DelayedProduce(purgatory, appended, {
        clock,
        timeoutMs,
        done: () => resolve(results),
      })
      // The high watermark never passes what is not committed, so the commit matters only if it fails: then these
      // offsets go to other records, whose replication must not be taken for that of ours.
      this.#options.logs.committed().catch((error: unknown) => delayed.fail(this.#failure(error).errorCode))
    })
  }

  #failure(error: unknown, entry?: AppendEntry, logStartOffset = -1): AppendResult {
    if (error instanceof KafkaError) {
      const failure = appendFailure(error.code, error.message, logStartOffset)
      return { ...failure, recordErrors: recordErrorsOf(error) }
    }
    if (error instanceof StorageError) return appendFailure(ErrorCode.KAFKA_STORAGE_ERROR, error.message)
    this.#options.log.error('An append failed in an unforeseen way', {
      topic: entry?.topic,
      partition: entry?.partition,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
    return appendFailure(ErrorCode.UNKNOWN_SERVER_ERROR, null, logStartOffset)
  }
}

function recordErrorsOf(error: KafkaError): AppendResult['recordErrors'] {
  return error instanceof RecordValidationError ? error.recordErrors : []
}
