import { expect, test } from 'vitest'
import { errorAnswer } from '../../../src/broker/faults/error-answer.ts'
import { isErrorByTopic, mergeAnswer, splitByTopic } from '../../../src/broker/faults/topic-split.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { apis } from '../../../src/broker/protocol/messages/index.ts'

type Struct = Record<string, unknown>

const isBad = (topic: string): boolean => topic === 'bad'
const nameOf = (id: string): string | null => ({ B: 'bad', G: 'good' })[id] ?? null

function apiOf(name: string) {
  const api = apis.find((each) => each.name === name)
  if (api === undefined) throw new Error(`There is no API ${name}.`)
  return api
}

test.each<[string, Struct, Struct, Struct | null]>([
  [
    'names',
    { acks: 1, topicData: [{ name: 'bad' }, { name: 'good' }] },
    { acks: 1, topicData: [{ name: 'bad' }] },
    { acks: 1, topicData: [{ name: 'good' }] },
  ],
  [
    'ids, the unknown ones with the rest',
    { topics: [{ topicId: 'B' }, { topicId: 'G' }, { topicId: '?' }] },
    { topics: [{ topicId: 'B' }] },
    { topics: [{ topicId: 'G' }, { topicId: '?' }] },
  ],
  ['lists of names', { topicNames: ['bad', 'good'] }, { topicNames: ['bad'] }, { topicNames: ['good'] }],
  [
    'groups, of which some have none of it',
    {
      groups: [
        { groupId: 'g', topics: [{ name: 'bad' }, { name: 'good' }] },
        { groupId: 'h', topics: [{ name: 'good' }] },
        { groupId: 'i', topics: [{ name: 'bad' }] },
        { groupId: 'j', topics: null },
      ],
    },
    {
      groups: [
        { groupId: 'g', topics: [{ name: 'bad' }] },
        { groupId: 'i', topics: [{ name: 'bad' }] },
      ],
    },
    {
      groups: [
        { groupId: 'g', topics: [{ name: 'good' }] },
        { groupId: 'h', topics: [{ name: 'good' }] },
        { groupId: 'j', topics: null },
      ],
    },
  ],
  [
    'resources, those that are no topics with the rest',
    {
      resources: [
        { resourceType: 2, resourceName: 'bad' },
        { resourceType: 4, resourceName: 'bad' },
      ],
    },
    { resources: [{ resourceType: 2, resourceName: 'bad' }] },
    { resources: [{ resourceType: 4, resourceName: 'bad' }] },
  ],
  ['nothing else', { topics: [{ name: 'bad' }] }, { topics: [{ name: 'bad' }] }, null],
])('a request is split by %s', (_what, request, concerned, rest) => {
  expect(splitByTopic(request, isBad, nameOf)).toEqual({ concerned, rest })
})

test.each([
  ['Produce', 12, 'NOT_LEADER_OR_FOLLOWER', true],
  ['Fetch', 12, 'OFFSET_OUT_OF_RANGE', true],
  ['Fetch', 12, 'FETCH_SESSION_ID_NOT_FOUND', false],
  ['OffsetCommit', 9, 'NOT_COORDINATOR', true],
  ['OffsetFetch', 8, 'NOT_COORDINATOR', false],
  ['OffsetFetch', 8, 'UNSTABLE_OFFSET_COMMIT', true],
  ['OffsetFetch', 5, 'NOT_COORDINATOR', false],
  ['CreateTopics', 7, 'POLICY_VIOLATION', true],
  ['DeleteTopics', 6, 'TOPIC_DELETION_DISABLED', true],
  ['ElectLeaders', 2, 'CLUSTER_AUTHORIZATION_FAILED', false],
] as const)('%s v%i says %s topic by topic: %s', (name, version, error, expected) => {
  const api = apiOf(name)
  const topic = { name: 'bad', topic: 'bad', partitions: [{ partition: 0, partitionIndex: 0 }] }
  const partitions = { partitionData: [{ index: 0 }], partitionIndexes: [0] }
  const topics = [{ ...topic, ...partitions }]
  const request = { topics, topicData: topics, groups: [{ groupId: 'g', topics }], topicPartitions: topics }
  const answer = errorAnswer(api, version, request, ErrorCode[error])
  expect(isErrorByTopic(api.response.fields, answer, version)).toBe(expected)
})

test('answers about different topics become one, group by group', () => {
  const api = apiOf('OffsetFetch')
  const answer = {
    throttleTimeMs: 3,
    groups: [
      { groupId: 'g', errorCode: 0, topics: [{ name: 'good', partitions: [] }] },
      { groupId: 'h', errorCode: 0, topics: [] },
    ],
  }
  const refusal = {
    throttleTimeMs: 0,
    groups: [
      { groupId: 'i', errorCode: 0, topics: [{ name: 'bad', partitions: [] }] },
      { groupId: 'g', errorCode: 0, topics: [{ name: 'bad', partitions: [] }] },
    ],
  }
  mergeAnswer(api.response.fields, answer, refusal, 8)
  expect(answer).toEqual({
    throttleTimeMs: 3,
    groups: [
      {
        groupId: 'g',
        errorCode: 0,
        topics: [
          { name: 'good', partitions: [] },
          { name: 'bad', partitions: [] },
        ],
      },
      { groupId: 'h', errorCode: 0, topics: [] },
      { groupId: 'i', errorCode: 0, topics: [{ name: 'bad', partitions: [] }] },
    ],
  })
})
