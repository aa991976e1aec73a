import { expect, test } from 'vitest'
import { errorAnswer } from '../../../src/broker/faults/error-answer.ts'
import { requestTopics } from '../../../src/broker/faults/request-topics.ts'
import type { Api } from '../../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { decodeResponse, encodeResponse } from '../../../src/broker/protocol/frame.ts'
import { apis } from '../../../src/broker/protocol/messages/index.ts'
import { hasVersion } from '../../../src/broker/protocol/schema.ts'
import type { Field, Fields } from '../../../src/broker/protocol/schema.ts'

const scalars: Record<string, unknown> = {
  string: 'one',
  bool: true,
  uuid: 'AAAAAAAAAAAAAAAAAAAAAQ',
  bytes: Buffer.alloc(0),
  records: null,
}

/** A request with one of everything. */
function one(fields: Fields, version: number): Record<string, unknown> {
  const present = Object.entries(fields).filter(([, field]) => hasVersion(field.versions, version))
  return Object.fromEntries(present.map(([name, field]) => [name, valueOf(field, version)]))
}

function valueOf(field: Field, version: number): unknown {
  if (field.kind === 'struct') return one(field.fields, version)
  if (field.kind === 'array') return [valueOf(field.element, version)]
  return field.kind in scalars ? scalars[field.kind] : 1
}

/** Every error code of an answer, wherever it is. */
function codesIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return []
  return Object.entries(value).flatMap(([name, member]) =>
    /errorCode$/iu.test(name) ? [member] : codesIn(member),
  )
}

const versions = apis
  .filter(({ name }) => !['SaslAuthenticate', 'WriteTxnMarkers'].includes(name))
  .flatMap((api) =>
    Array.from({ length: api.versions[1] - api.versions[0] + 1 }, (_, index): [string, number, Api] => [
      api.name,
      api.versions[0] + index,
      api,
    ]),
  )

/** APIs whose answers have no place for an error in these versions, as Kafka's do. */
const without = new Set(['Metadata', 'ApiVersions'])

test.each(versions.filter(([name]) => !without.has(name)))('%s v%i says an error', (_name, version, api) => {
  const answer = errorAnswer(api, version, one(api.request.fields, version), ErrorCode.UNKNOWN_SERVER_ERROR)
  const frame = Buffer.concat(encodeResponse(api, version, 7, answer as never)).subarray(4)
  const { correlationId, body } = decodeResponse(api, version, frame)
  expect(correlationId).toBe(7)
  expect(codesIn(body)).toContain(ErrorCode.UNKNOWN_SERVER_ERROR)
})

function answerOf(name: string, version: number, request: Record<string, unknown>, code: number): unknown {
  const api = apis.find((each) => each.name === name)!
  return decodeResponse(
    api,
    version,
    Buffer.concat(
      encodeResponse(api, version, 1, errorAnswer(api, version, request, code) as never),
    ).subarray(4),
  ).body
}

test('Produce carries it in each partition of the request', () => {
  const request = { acks: 1, topicData: [{ name: 't', partitionData: [{ index: 4, records: null }] }] }
  expect(answerOf('Produce', 9, request, ErrorCode.NOT_LEADER_OR_FOLLOWER)).toMatchObject({
    responses: [{ name: 't', partitionResponses: [{ index: 4, errorCode: 6, logAppendTimeMs: -1 }] }],
  })
})

test('Fetch carries what is of a partition there, and what is of the session at the top', () => {
  const request = { topics: [{ topic: 't', partitions: [{ partition: 2 }] }] }
  expect(answerOf('Fetch', 11, request, ErrorCode.OFFSET_OUT_OF_RANGE)).toMatchObject({
    errorCode: 0,
    responses: [{ topic: 't', partitions: [{ partitionIndex: 2, errorCode: 1 }] }],
  })
  expect(answerOf('Fetch', 11, request, ErrorCode.FETCH_SESSION_ID_NOT_FOUND)).toMatchObject({
    errorCode: 70,
  })
  expect(answerOf('Fetch', 11, { topics: [] }, ErrorCode.OFFSET_OUT_OF_RANGE)).toMatchObject({ errorCode: 1 })
})

test('OffsetFetch and FindCoordinator carry it where their version has it', () => {
  const asked = { groups: [{ groupId: 'g', topics: [{ name: 't', partitionIndexes: [3] }] }] }
  expect(answerOf('OffsetFetch', 8, asked, ErrorCode.NOT_COORDINATOR)).toMatchObject({
    groups: [{ groupId: 'g', errorCode: 16 }],
  })
  expect(answerOf('OffsetFetch', 8, asked, ErrorCode.UNSTABLE_OFFSET_COMMIT)).toMatchObject({
    groups: [{ topics: [{ name: 't', partitions: [{ partitionIndex: 3, errorCode: 88 }] }] }],
  })
  expect(answerOf('FindCoordinator', 4, { coordinatorKeys: ['g'] }, 15)).toMatchObject({
    coordinators: [{ key: 'g', errorCode: 15 }],
  })
  expect(answerOf('FindCoordinator', 2, { key: 'g' }, 15)).toMatchObject({ errorCode: 15 })
})

test.each([
  ['names', { topics: [{ name: 'a' }, { name: 'b' }] }, ['a', 'b']],
  ['lists of names', { topicNames: ['a'] }, ['a']],
  ['ids', { topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' }] }, ['by-id']],
  ['no id', { topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', topic: 'c' }] }, ['c']],
  ['groups', { groups: [{ groupId: 'g', topics: [{ name: 'd' }] }] }, ['d']],
  [
    'resources',
    {
      resources: [
        { resourceType: 2, resourceName: 'e' },
        { resourceType: 4, resourceName: '1' },
      ],
    },
    ['e'],
  ],
  ['other names', { name: 'x', configs: [{ name: 'y' }] }, []],
])('topics are found as %s', (_what, request, topics) => {
  expect([...requestTopics(request, () => 'by-id')]).toEqual(topics)
})
