import { describe, expect, it } from 'vitest'
import { decode, DecodeError, encode, Reader, Writer } from '../../../src/broker/protocol/codec.ts'
import { decodeRequestBody, decodeRequestHeader } from '../../../src/broker/protocol/frame.ts'
import { decodeResponse, encodeRequest, encodeResponse } from '../../../src/broker/protocol/frame.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { metadata } from '../../../src/broker/protocol/messages/03-metadata.ts'
import { heartbeat } from '../../../src/broker/protocol/messages/12-heartbeat.ts'
import { apiVersions } from '../../../src/broker/protocol/messages/18-api-versions.ts'
import { apiByKey, apis } from '../../../src/broker/protocol/messages/index.ts'
import { metadataFetch } from '../../../src/broker/protocol/messages/internal/metadata-fetch.ts'
import { array, int32, message, string, struct } from '../../../src/broker/protocol/schema.ts'

const hex = (chunks: Buffer[]) => Buffer.concat(chunks).toString('hex')

describe('a request', () => {
  it('has header version 1 before the flexible versions', () => {
    const frame = encodeRequest(
      heartbeat,
      0,
      { correlationId: 5, clientId: 'me' },
      { groupId: 'g', generationId: 1, memberId: 'm' },
    )
    expect(hex(frame)).toBe(
      '00000016' + // size
        '000c' +
        '0000' +
        '00000005' +
        '0002' +
        '6d65' + // key, version, correlation id, client id
        '0001' +
        '67' +
        '00000001' +
        '0001' +
        '6d', // group, generation, member
    )
  })

  it('has header version 2 with a two-byte client id length and a tag buffer from then on', () => {
    const frame = encodeRequest(
      heartbeat,
      4,
      { correlationId: 5, clientId: 'me' },
      { groupId: 'g', generationId: 1, memberId: 'm' },
    )
    expect(hex(frame)).toBe(
      '00000017' +
        '000c' +
        '0004' +
        '00000005' +
        '0002' +
        '6d65' +
        '00' +
        '02' +
        '67' +
        '00000001' +
        '02' +
        '6d' +
        '00' +
        '00', // … instance id null, tag buffer
    )
  })

  it.each([0, 4])('comes back from version %i', (version) => {
    const body = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: null }
    const frame = Buffer.concat(
      encodeRequest(heartbeat, version, { correlationId: 5, clientId: null }, body),
    ).subarray(4)
    const { bodyOffset, ...header } = decodeRequestHeader(frame)
    expect(header).toEqual({ apiKey: 12, apiVersion: version, correlationId: 5, clientId: null })
    expect(decodeRequestBody(heartbeat, version, frame, bodyOffset)).toEqual(body)
  })

  it('is read whatever follows its body, as Kafka reads it', () => {
    const frame = Buffer.concat([
      ...encodeRequest(metadata, 12, { correlationId: 1, clientId: '' }, { allowAutoTopicCreation: true }),
      Buffer.from([1, 0, 0]),
    ]).subarray(4)
    const { bodyOffset } = decodeRequestHeader(frame)
    expect(decodeRequestBody(metadata, 12, frame, bodyOffset)).toMatchObject({ allowAutoTopicCreation: true })
  })
})

describe('a request nobody here knows', () => {
  it('of an unknown API still says who wants what', () => {
    const frame = Buffer.from('03e7' + '0007' + '00000009' + '0002' + '6d65' + 'ffff', 'hex')
    expect(decodeRequestHeader(frame)).toEqual({
      apiKey: 999,
      apiVersion: 7,
      correlationId: 9,
      clientId: 'me',
      bodyOffset: 12,
    })
  })

  it('of an ApiVersions from the future too', () => {
    const frame = Buffer.from('0012' + '0063' + '00000009' + '0002' + '6d65' + '00' + 'abcdef', 'hex')
    expect(decodeRequestHeader(frame)).toEqual({
      apiKey: 18,
      apiVersion: 99,
      correlationId: 9,
      clientId: 'me',
      bodyOffset: 13,
    })
  })

  it('gives no client id when there is none to read', () => {
    const frame = Buffer.from('03e7' + '0007' + '00000009' + '7fff', 'hex')
    expect(decodeRequestHeader(frame)).toEqual({
      apiKey: 999,
      apiVersion: 7,
      correlationId: 9,
      clientId: null,
      bodyOffset: 8,
    })
  })

  it('must at least have a correlation id', () => {
    expect(() => decodeRequestHeader(Buffer.from('0012006300', 'hex'))).toThrow(DecodeError)
  })
})

describe('a response', () => {
  it('has a tag buffer in the header from the flexible versions on', () => {
    expect(hex(encodeResponse(heartbeat, 3, 5, { errorCode: 27 }))).toBe(
      '0000000a' + '00000005' + '00000000' + '001b',
    )
    expect(hex(encodeResponse(heartbeat, 4, 5, { errorCode: 27 }))).toBe(
      '0000000c' + '00000005' + '00' + '00000000' + '001b' + '00',
    )
  })

  it('never has one for ApiVersions', () => {
    const frame = encodeResponse(apiVersions, 3, 5, {
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 5 }],
    })
    expect(hex(frame)).toBe(
      '00000013' + '00000005' + '0000' + '02' + '0012' + '0000' + '0005' + '00' + '00000000' + '00',
    )
    expect(decodeResponse(apiVersions, 3, Buffer.concat(frame).subarray(4)).correlationId).toBe(5)
  })

  it('carries finalized features as tagged fields, by ascending tag and with their size', () => {
    const frame = encodeResponse(apiVersions, 3, 0, {
      finalizedFeaturesEpoch: 2,
      supportedFeatures: [{ name: 'x', minVersion: 0, maxVersion: 2 }],
    })
    expect(hex(frame).slice(16)).toBe(
      '0000' +
        '01' +
        '00000000' + // no error, no keys, no throttling
        '02' + // two tagged fields
        '00' +
        '08' +
        '02' +
        '0278' +
        '0000' +
        '0002' +
        '00' + // 0: one feature
        '01' +
        '08' +
        '0000000000000002', // 1: the epoch
    )
  })

  it('hands over stored batches without copying them', () => {
    const stored = [Buffer.alloc(2000, 1), Buffer.alloc(5000, 2)]
    const frame = encodeResponse(fetch, 16, 5, { responses: [{ partitions: [{ records: stored }] }] })
    for (const batch of stored) expect(frame).toContain(batch)
    const { body } = decodeResponse(fetch, 16, Buffer.concat(frame).subarray(4))
    expect(body.responses[0]?.partitions[0]?.records).toEqual(Buffer.concat(stored))
  })
})

describe('a response to this client', () => {
  it('may not have anything behind its body', () => {
    const chunks = encodeResponse(heartbeat, 4, 1, { errorCode: 0 })
    const frame = Buffer.concat([...chunks, Buffer.from([0])]).subarray(4)
    expect(() => decodeResponse(heartbeat, 4, frame)).toThrow('1 bytes left over')
  })
})

describe('decoding', () => {
  const item = message(
    'Item',
    [0, 1],
    0,
    struct({
      id: int32(),
      name: string('1+', { nullable: '1+', tagged: { tag: 3, versions: '1+' }, default: null }),
    }),
  )
  const read = (bytes: string) => decode(item, 1, new Reader(Buffer.from(bytes, 'hex')))

  it('reads a tagged field and passes over tags it does not know', () => {
    // Three tagged fields: 0 and 127 mean nothing here, 3 is the name.
    expect(read('00000001' + '03' + '0002ffff' + '0303036869' + '7f00')).toEqual({ id: 1, name: 'hi' })
    expect(read('00000001' + '00')).toEqual({ id: 1, name: null })
  })

  it('refuses a tagged field that is not as long as it says', () => {
    expect(() => read('00000001' + '01' + '03' + '04' + '03' + '6869' + '00')).toThrow('tagged field ends at')
    expect(() => read('00000001' + '01' + '03' + '02' + '03' + '6869')).toThrow(DecodeError)
    expect(() => read('00000001' + '01' + '03' + 'ff7f' + '03' + '6869')).toThrow(DecodeError)
  })

  it('reads null where it may be, and refuses it where it may not', () => {
    expect(decode(metadata.request, 1, new Reader(Buffer.from('ffffffff', 'hex'))).topics).toBeNull()
    expect(() => decode(metadata.request, 0, new Reader(Buffer.from('ffffffff', 'hex')))).toThrow(DecodeError)
    expect(() => decode(heartbeat.request, 0, new Reader(Buffer.from('ffff', 'hex')))).toThrow(DecodeError)
  })

  it('gives every message arrays and structs of its own', () => {
    const empty = () => decode(metadata.response, 0, new Reader(Buffer.alloc(8)))
    const first = empty()
    first.topics.push({} as never)
    expect(empty().topics).toEqual([])
    const old = () => decode(fetch.request, 4, new Reader(Buffer.alloc(21)))
    old().forgottenTopicsData.push({} as never)
    old().replicaState.replicaId = 9
    expect(old()).toMatchObject({
      forgottenTopicsData: [],
      replicaState: { replicaId: -1, replicaEpoch: -1 },
    })
  })

  it('bounds an array by the bytes that are left, even if its elements have none', () => {
    const hollow = message('Hollow', [0, 1], null, struct({ items: array('0+', { late: int32('1+') }) }))
    expect(() => decode(hollow, 0, new Reader(Buffer.from('7fffffff', 'hex')))).toThrow(DecodeError)
  })
})

describe('encoding', () => {
  it('refuses a field its version does not have, unless that is harmless', () => {
    const at = (version: number, body: object) => encode(metadata.request, version, body, new Writer())
    expect(() => at(3, { allowAutoTopicCreation: false })).toThrow(
      'allowAutoTopicCreation does not exist in version 3',
    )
    expect(() => at(3, { allowAutoTopicCreation: true })).not.toThrow()
    expect(() => at(4, { topics: [{ name: 't', topicId: 'ABEiM0RVZneImaq7zN3u_w' }] })).not.toThrow()
  })

  it('refuses null and wrong types', () => {
    const at = (body: object) => encode(heartbeat.request, 0, body, new Writer())
    expect(() => at({ groupId: null })).toThrow('not a string')
    expect(() => at({ groupId: 5 })).toThrow('not a string')
    expect(() => encode(metadata.request, 0, { topics: null }, new Writer())).toThrow('not an array')
  })
})

describe('the list of APIs', () => {
  it('is in order and finds each, and the internal ones', () => {
    expect(apis.map(({ key }) => key)).toEqual(
      [...new Set(apis.map(({ key }) => key))].toSorted((a, b) => a - b),
    )
    for (const api of apis) expect(apiByKey(api.key)).toBe(api)
    expect(apiByKey(10001)).toBe(metadataFetch)
    expect(apis).not.toContain(metadataFetch)
    expect(apiByKey(4)).toBeUndefined()
  })

  it('tells clients a lower floor than the true one for Produce only', () => {
    const lowered = apis.filter(({ advertisedMin, versions }) => advertisedMin !== versions[0])
    expect(lowered.map(({ name, advertisedMin }) => [name, advertisedMin])).toEqual([['Produce', 0]])
  })
})
