/**
 * Every declaration against Kafka's own. Those files are Kafka's, so they are not in this repository: point
 * OTTLA_KAFKA_MESSAGES at a folder of them, for example clients/src/main/resources/common/message of a checkout.
 */
import { describe, expect, it } from 'vitest'
import { apis } from '../../../src/broker/protocol/messages/index.ts'
import * as records from '../../../src/broker/protocol/records/index.ts'
import { readKafkaMessages, shapeOfKafka, shapeOfOurs } from './kafka-json.ts'

const folder = process.env['OTTLA_KAFKA_MESSAGES']

if (folder === undefined) {
  console.log('OTTLA_KAFKA_MESSAGES is not set: declarations are not compared with Kafka’s own')
  // A file without any test fails; this one has nothing to say then.
  describe('without Kafka’s message files', () => it('has nothing to compare with', () => undefined))
} else {
  const kafka = readKafkaMessages(folder)

  describe.each(apis.map((api) => [`${api.key} ${api.name}`, api] as const))('%s', (_name, api) => {
    const request = kafka.get(`${api.name}Request`)
    const response = kafka.get(`${api.name}Response`)

    it('has the same key, versions and flexible versions', () => {
      const min = api.versions[0]
      // A version Kafka calls unstable is left out.
      const max = request?.latestVersionUnstable === true ? api.versions[1] + 1 : api.versions[1]
      const flexible = api.flexibleFrom === null ? 'none' : `${api.flexibleFrom}+`
      expect(request?.apiKey).toBe(api.key)
      expect(request?.validVersions).toBe(min === max ? `${min}` : `${min}-${max}`)
      expect(request?.flexibleVersions).toBe(flexible)
      expect(response?.flexibleVersions).toBe(flexible)
    })

    it('has the same fields in the request', () => {
      expect(shapeOfOurs(api.request.fields)).toEqual(shapeOfKafka(request!, api.versions[1]))
    })

    it('has the same fields in the response', () => {
      expect(shapeOfOurs(api.response.fields)).toEqual(shapeOfKafka(response!, api.versions[1]))
    })
  })

  const values = [
    records.groupMetadataValue,
    records.offsetCommitValue,
    records.consumerProtocolSubscription,
    records.consumerProtocolAssignment,
  ]
  // Kafka keeps its coordinator's records in a folder of their own, which may not be the one given.
  describe.each(values.filter(({ name }) => kafka.has(name)).map((each) => [each.name, each] as const))(
    '%s',
    (name, message) => {
      const theirs = kafka.get(name)!

      it('has the same versions and fields', () => {
        const [min, max] = message.versions
        expect(theirs.validVersions).toBe(`${min}-${max}`)
        expect(theirs.flexibleVersions).toBe(
          message.flexibleFrom === null ? 'none' : `${message.flexibleFrom}+`,
        )
        expect(shapeOfOurs(message.fields)).toEqual(shapeOfKafka(theirs, max))
      })
    },
  )

  const keys = [records.groupMetadataKey, records.offsetCommitKey]
  describe.each(keys.filter(({ name }) => kafka.has(name)).map((each) => [each.name, each] as const))(
    '%s',
    (name, message) => {
      const theirs = kafka.get(name)!

      it('has the same type and fields', () => {
        const names = (shapes: ReturnType<typeof shapeOfOurs>) =>
          shapes.map((shape) => [shape.name, shape.type])
        expect(message.versions).toEqual([theirs.apiKey, theirs.apiKey])
        expect(names(shapeOfOurs(message.fields))).toEqual(names(shapeOfKafka(theirs, 0)))
      })
    },
  )
}
