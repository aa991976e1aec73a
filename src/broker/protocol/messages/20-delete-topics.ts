import { defineApi } from '../api.ts'
import { array, int16, int32, string, struct, uuid } from '../schema.ts'

/**
 * Deletes topics: by name up to version 5, by name or id from 6 (KIP-516).
 */
export const deleteTopics = defineApi({
  key: 20,
  name: 'DeleteTopics',
  versions: [1, 6],
  flexibleFrom: 4,
  request: struct({
    topics: array('6+', {
      name: string('6+', { nullable: '6+', default: null }),
      topicId: uuid('6+'),
    }),
    topicNames: array('0-5', { ignorable: true }, string()),
    timeoutMs: int32('0+'),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    responses: array('0+', {
      name: string('0+', { nullable: '6+' }),
      topicId: uuid('6+', { ignorable: true }),
      errorCode: int16('0+'),
      errorMessage: string('5+', { nullable: '5+', default: null, ignorable: true }),
    }),
  }),
})
