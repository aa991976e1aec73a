import { describe, expect, it } from 'vitest'
import { ErrorCode, errorName, isRetriable, KafkaError } from '../../../src/broker/protocol/errors.ts'

describe('error codes', () => {
  it('have one name each', () => {
    const codes = Object.values(ErrorCode)
    expect(new Set(codes).size).toBe(codes.length)
    expect(Math.min(...codes)).toBe(-1)
    for (const [name, code] of Object.entries(ErrorCode)) expect(errorName(code)).toBe(name)
    expect(errorName(9999)).toBe('UNKNOWN_ERROR_9999')
  })

  it('say whether trying again may help', () => {
    expect(isRetriable(ErrorCode.NOT_LEADER_OR_FOLLOWER)).toBe(true)
    expect(isRetriable(ErrorCode.UNKNOWN_TOPIC_ID)).toBe(true)
    expect(isRetriable(ErrorCode.NONE)).toBe(false)
    expect(isRetriable(ErrorCode.INVALID_RECORD)).toBe(false)
    expect(isRetriable(9999)).toBe(false)
  })

  it('travel in an exception whose message is fit for the wire', () => {
    expect(new KafkaError(ErrorCode.INVALID_CONFIG, 'no such key').message).toBe('no such key')
    expect(new KafkaError(ErrorCode.INVALID_CONFIG)).toMatchObject({
      code: 40,
      message: 'INVALID_CONFIG',
      name: 'KafkaError',
    })
  })
})
