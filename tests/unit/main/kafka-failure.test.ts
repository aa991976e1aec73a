import { MultipleErrors, NetworkError, ProtocolError, ResponseError } from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import { describeKafkaError } from '../../../src/main/sessions/kafka-failure.ts'

const refusal = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9092'), {
  code: 'ECONNREFUSED',
  address: '127.0.0.1',
  port: 9092,
})

describe('what went wrong with a cluster', () => {
  it('is found however deep the client wrapped it', () => {
    const wrapped = new NetworkError('Connection to 127.0.0.1:9092 failed.', { cause: refusal })
    const failure = describeKafkaError(new MultipleErrors('Cannot connect to any broker.', [wrapped]))
    expect(failure.code).toBe('CONNECTION_REFUSED')
    expect(failure.message).toContain('127.0.0.1:9092')
    expect(failure.remedy).toBeDefined()
  })

  it('has Kafka’s code and name where a broker said no', () => {
    const failure = describeKafkaError(new ProtocolError('TOPIC_AUTHORIZATION_FAILED'))
    expect(failure).toMatchObject({
      code: 'KAFKA',
      kafka: { errorCode: 29, errorName: 'TOPIC_AUTHORIZATION_FAILED' },
    })
  })

  it('has them too where the no is one of many in a response', () => {
    const response = new ResponseError(3, 12, { '/topics/0': [29, null] }, {})
    expect(describeKafkaError(response)).toMatchObject({ kafka: { errorCode: 29 } })
  })

  it.each([
    [new NetworkError('Connection closed while waiting for ready'), 'NO_ANSWER'],
    [
      new Error('getaddrinfo ENOTFOUND nowhere', {
        cause: Object.assign(new Error(), { code: 'ENOTFOUND' }),
      }),
      'UNKNOWN_HOST',
    ],
    ['no error at all', 'INTERNAL'],
  ])('has a code for %s', (error, code) => {
    expect(describeKafkaError(error).code).toBe(code)
  })

  it('is a sentence', () => {
    expect(describeKafkaError(new NetworkError('Connection closed')).message).toBe('Connection closed.')
  })
})
