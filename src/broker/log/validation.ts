import type { TopicConfig } from '../metadata/configs/topic-config.ts'
import {
  Compression,
  decodeRecords,
  readBatchHeader,
  setMaxTimestamp,
  verifyCrc,
} from '../protocol/record-batch.ts'
import type { BatchHeader } from '../protocol/record-batch.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { walkRecords } from './record-walk.ts'

/** Who wants to append: a producer, or one of the broker's own coordinators, which may write control batches. */
export type AppendOrigin = 'client' | 'coordinator'

export interface RecordError {
  /** Of the record within the batch. */
  batchIndex: number
  message: string
}

/** A batch refused for some of its records; Produce v8+ tells the client which (KIP-467). */
export class RecordValidationError extends KafkaError {
  readonly recordErrors: RecordError[]

  constructor(code: number, message: string, recordErrors: RecordError[]) {
    super(code, message)
    this.recordErrors = recordErrors
  }
}

export interface ValidatedBatch {
  header: BatchHeader
  /** By the topic's kind of timestamps. */
  maxTimestamp: number
  /** −1 unless the topic stamps LogAppendTime. */
  logAppendTimeMs: number
}

/** Offsets and lengths in a batch's fixed part, before its first record. */
const HEADER_BYTES = 61
const NO_TIMESTAMP = -1
const ERRORS_SHOWN = 3

/**
 * Checks what a leader is asked to append (UnifiedLog.analyzeAndValidateRecords, LogValidator) and stamps it with
 * the broker's time if the topic wants that. Throws KafkaError; `records` is changed only if nothing is thrown.
 *
 * Compressed records are not opened, but on compacted topics, where each needs a key: opening them costs more than
 * all the rest, and consumers check what they read. So INVALID_TIMESTAMP is then judged by the batch's header.
 * Nor are they compressed anew: a `compression.type` other than `producer` leaves batches as they came.
 */
export function validateForLeader(
  records: Buffer,
  config: TopicConfig,
  origin: AppendOrigin,
  nowMs: number,
): ValidatedBatch {
  const header = onlyBatchOf(records)
  checkSizes(header, config)
  if (!verifyCrc(records, 0, header)) {
    throw new KafkaError(ErrorCode.CORRUPT_MESSAGE, 'The checksum of the batch is wrong.')
  }
  checkHeader(header)
  if (origin === 'client') checkClientHeader(header, config)
  const maxTimestamp = checkRecords(records, header, config, nowMs)
  return stamp(records, header, config, maxTimestamp, nowMs)
}

/** Checks a batch copied from a leader, which has judged it already: only that it arrived whole. */
export function validateForFollower(records: Buffer, position: number, header: BatchHeader): void {
  if (verifyCrc(records, position, header)) return
  throw new KafkaError(
    ErrorCode.CORRUPT_MESSAGE,
    `The checksum of the batch at offset ${header.baseOffset} is wrong.`,
  )
}

function onlyBatchOf(records: Buffer): BatchHeader {
  if (records.length === 0) throw invalidRecord('There is no batch to append.')
  const header = readBatchHeader(records, 0)
  if (header.sizeInBytes === records.length) return header
  throw invalidRecord('There must be one batch for a partition, not several.')
}

function checkSizes({ sizeInBytes }: BatchHeader, config: TopicConfig): void {
  if (sizeInBytes > config.maxMessageBytes) {
    throw new KafkaError(
      ErrorCode.MESSAGE_TOO_LARGE,
      `The batch has ${sizeInBytes} bytes, max.message.bytes is ${config.maxMessageBytes}.`,
    )
  }
  if (sizeInBytes > config.segmentBytes) {
    throw new KafkaError(
      ErrorCode.RECORD_LIST_TOO_LARGE,
      `The batch has ${sizeInBytes} bytes, segment.bytes is ${config.segmentBytes}.`,
    )
  }
}

function checkHeader(header: BatchHeader): void {
  const { recordCount, lastOffsetDelta, producerId, baseSequence } = header
  if (recordCount <= 0) throw invalidRecord(`The batch says it has ${recordCount} records.`)
  if (lastOffsetDelta + 1 !== recordCount) {
    throw invalidRecord(`The batch has ${recordCount} records but takes ${lastOffsetDelta + 1} offsets.`)
  }
  if (producerId >= 0 && baseSequence < 0 && !header.isControl) {
    throw invalidRecord(`Producer ${producerId} sent sequence ${baseSequence}.`)
  }
}

function checkClientHeader(header: BatchHeader, config: TopicConfig): void {
  if (header.baseOffset !== 0) {
    throw invalidRecord(`A producer's batch starts at offset 0, this one at ${header.baseOffset}.`)
  }
  if (header.isControl) throw invalidRecord('Only coordinators write control batches.')
  // A topic with its producers' times takes the batch and clears the bit; one that stamps itself refuses the claim.
  const isStamped = header.timestampType === 'LogAppendTime'
  if (isStamped && config.messageTimestampType === 'LogAppendTime') {
    const message = 'Only brokers stamp batches with LogAppendTime.'
    const errors = Array.from({ length: header.recordCount }, (_, batchIndex) => ({ batchIndex, message }))
    throw new RecordValidationError(ErrorCode.INVALID_TIMESTAMP, message, errors)
  }
}

/** @returns the newest timestamp */
function checkRecords(records: Buffer, header: BatchHeader, config: TopicConfig, nowMs: number): number {
  const errors: RecordError[] = []
  const checkKey = config.cleanupPolicy.has('compact') && !header.isControl
  const isByProducer = config.messageTimestampType === 'CreateTime'
  const isInTime = timestampRule(config, nowMs)
  let timeErrors = 0

  const check = (index: number, timestamp: number, hasKey: boolean): void => {
    if (checkKey && !hasKey) {
      errors.push({ batchIndex: index, message: 'A compacted topic takes no record without a key.' })
    }
    if (isByProducer && !isInTime(timestamp)) {
      timeErrors++
      errors.push({
        batchIndex: index,
        message: `The timestamp ${timestamp} is too far from the broker's time.`,
      })
    }
  }

  const maxTimestamp =
    header.compression === Compression.NONE
      ? walk(records, header, check)
      : checkCompressed(records, header, checkKey, check)
  if (errors.length > 0) throw refusal(errors, timeErrors > 0)
  return maxTimestamp
}

type CheckRecord = (index: number, timestamp: number, hasKey: boolean) => void

function walk(records: Buffer, header: BatchHeader, check: CheckRecord): number {
  let maxTimestamp = NO_TIMESTAMP
  let areOffsetsRight = true
  const isWhole = walkRecords(records, HEADER_BYTES, records.length, header.recordCount, (record, index) => {
    // A producer that knows no time writes −1 into the base and 0 into the deltas.
    const timestamp = header.baseTimestamp + record.timestampDelta
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
    if (record.offsetDelta !== index) areOffsetsRight = false
    check(index, timestamp, record.hasKey)
  })
  if (!isWhole)
    throw invalidRecord(`The batch does not hold the ${header.recordCount} records it says it has.`)
  if (!areOffsetsRight) throw invalidRecord('The offsets within the batch do not count up from 0.')
  return maxTimestamp
}

function checkCompressed(
  records: Buffer,
  header: BatchHeader,
  checkKey: boolean,
  check: CheckRecord,
): number {
  const opened = checkKey ? open(records) : null
  if (opened !== null) {
    for (const [index, record] of opened.entries()) check(index, record.timestamp, record.key !== null)
  } else {
    check(0, header.baseTimestamp, true)
    if (header.maxTimestamp !== header.baseTimestamp) check(header.lastOffsetDelta, header.maxTimestamp, true)
  }
  return header.maxTimestamp
}

/** Null when the codec is one this broker cannot open; such batches are let through unseen. */
function open(records: Buffer): ReturnType<typeof decodeRecords> | null {
  try {
    return decodeRecords(records)
  } catch (error) {
    if (error instanceof KafkaError && error.code === ErrorCode.UNSUPPORTED_COMPRESSION_TYPE) return null
    throw error
  }
}

function timestampRule(config: TopicConfig, nowMs: number): (timestamp: number) => boolean {
  const oldest = nowMs - config.messageTimestampBeforeMaxMs
  const newest = nowMs + config.messageTimestampAfterMaxMs
  return (timestamp) => timestamp === NO_TIMESTAMP || (timestamp >= oldest && timestamp <= newest)
}

function refusal(errors: RecordError[], isForTime: boolean): RecordValidationError {
  if (isForTime) {
    return new RecordValidationError(
      ErrorCode.INVALID_TIMESTAMP,
      'One or more records have a timestamp too far from the broker’s time.',
      errors,
    )
  }
  const shown = errors
    .slice(0, ERRORS_SHOWN)
    .map(({ batchIndex, message }) => `Record ${batchIndex}: ${message}`)
  return new RecordValidationError(
    ErrorCode.INVALID_RECORD,
    `${errors.length} of the records are refused. ${shown.join(' ')}`,
    errors,
  )
}

function stamp(
  records: Buffer,
  header: BatchHeader,
  config: TopicConfig,
  maxTimestamp: number,
  nowMs: number,
): ValidatedBatch {
  // Control batches carry their coordinator's time.
  if (config.messageTimestampType === 'LogAppendTime' && !header.isControl) {
    setMaxTimestamp(records, 0, nowMs, true)
    return { header, maxTimestamp: nowMs, logAppendTimeMs: nowMs }
  }
  // Some producers leave the header's maximum unset or wrong; time lookups go by it.
  if (maxTimestamp !== header.maxTimestamp || header.timestampType === 'LogAppendTime') {
    setMaxTimestamp(records, 0, maxTimestamp, false)
  }
  return { header, maxTimestamp, logAppendTimeMs: -1 }
}

function invalidRecord(message: string): KafkaError {
  return new KafkaError(ErrorCode.INVALID_RECORD, message)
}
