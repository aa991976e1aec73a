import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { createClient } from '../../../src/shared/channel/client.ts'
import { call, notice, of, stream } from '../../../src/shared/channel/declare.ts'
import type { Failure, Result } from '../../../src/shared/channel/failure.ts'
import { FailureError } from '../../../src/shared/channel/failure.ts'
import type { NoticeMessage } from '../../../src/shared/channel/messages.ts'
import type { HandlersOf } from '../../../src/shared/channel/server.ts'
import { ChannelServer, createNotifier } from '../../../src/shared/channel/server.ts'
import { z } from '../../../src/shared/channel/zod.ts'

const contract = {
  topics: {
    count: call({ input: z.void(), output: of<number>() }),
    rename: call({
      input: z.object({ from: z.string(), to: z.string().min(1) }),
      output: of<{ name: string }>(),
    }),
    scan: stream({ input: z.object({ upTo: z.number().int() }), chunk: of<number[]>() }),
    changed: notice(of<string[]>()),
  },
}

type Handlers = HandlersOf<typeof contract>

const working: Handlers = {
  topics: {
    count: () => 7,
    rename: ({ to }) => Promise.resolve({ name: to }),
    async *scan({ upTo }) {
      for (let first = 0; first < upTo; first += 2) yield [first, first + 1]
    },
  },
}

const PEER = 1

/** Both ends joined in memory. Messages are cloned, as a process boundary does. */
function joined(changed: Partial<Handlers['topics']> = {}, describeError?: (error: unknown) => Failure) {
  const server = new ChannelServer(
    contract,
    { topics: { ...working.topics, ...changed } },
    describeError ??
      ((error) =>
        error instanceof FailureError
          ? error.failure
          : { code: 'INTERNAL', message: (error as Error).message }),
  )
  const listeners = new Set<(message: NoticeMessage) => void>()
  const client = createClient(contract, {
    ask: async (message) => structuredClone(await server.handle(PEER, structuredClone(message))),
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  const notify = createNotifier(contract, (message) =>
    listeners.forEach((each) => each(structuredClone(message))),
  )
  return { server, client, notify, listeners }
}

/** A promise that is kept from outside. */
class Deferred<T> {
  resolve: (value: T) => void = () => undefined
  readonly promise = new Promise<T>((resolve) => (this.resolve = resolve))
}

async function collected<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const each of results) all.push(each)
  return all
}

describe('call', () => {
  it('answers with what the handler returns', async () => {
    const { client } = joined()
    expect(await client.topics.count()).toEqual({ ok: true, value: 7 })
    expect(await client.topics.rename({ from: 'a', to: 'b' })).toEqual({ ok: true, value: { name: 'b' } })
  })

  it('has the types of the contract at the asking end', () => {
    const { client } = joined()
    expectTypeOf(client.topics.count).toEqualTypeOf<() => Promise<Result<number>>>()
    expectTypeOf(client.topics.rename).parameter(0).toEqualTypeOf<{ from: string; to: string }>()
    expectTypeOf<Handlers['topics']>().not.toHaveProperty('changed')
  })

  it('refuses an input the contract does not allow, without running the handler', async () => {
    const rename = vi.fn(working.topics.rename)
    const { client } = joined({ rename })
    const answer = await client.topics.rename({ from: 'a', to: '' })
    expect(answer).toMatchObject({ ok: false, failure: { code: 'INVALID_INPUT' } })
    expect(answer).toHaveProperty('failure.message', expect.stringContaining('topics.rename'))
    expect(rename).not.toHaveBeenCalled()
  })

  it('carries the failure that a handler throws, as it is', async () => {
    const failure: Failure = {
      code: 'KAFKA',
      message: 'There is no such topic.',
      remedy: 'Refresh the list.',
      kafka: { errorCode: 3, errorName: 'UNKNOWN_TOPIC_OR_PARTITION' },
    }
    const { client } = joined({ count: () => Promise.reject(new FailureError(failure)) })
    expect(await client.topics.count()).toEqual({ ok: false, failure })
  })

  it('describes any other error, thrown at once or later', async () => {
    const { client } = joined({
      count: () => {
        throw new TypeError('broken')
      },
      rename: () => Promise.reject(new Error('later')),
    })
    expect(await client.topics.count()).toEqual({
      ok: false,
      failure: { code: 'INTERNAL', message: 'broken' },
    })
    expect(await client.topics.rename({ from: 'a', to: 'b' })).toHaveProperty('failure.message', 'later')
  })

  it('turns a broken wire into a failure', async () => {
    const client = createClient(contract, {
      ask: () => Promise.reject(new Error('the other end is gone')),
      listen: () => () => undefined,
    })
    expect(await client.topics.count()).toEqual({
      ok: false,
      failure: { code: 'DISCONNECTED', message: 'the other end is gone' },
    })
  })
})

describe('messages nobody declared', () => {
  it.each([
    ['no message', null],
    ['an unknown kind', { kind: 'subscribe', name: 'topics.count' }],
    ['an unknown name', { kind: 'call', name: 'topics.drop', input: undefined }],
    ['a property of every object', { kind: 'call', name: 'constructor', input: undefined }],
    ['a stream asked as a call', { kind: 'call', name: 'topics.scan', input: { upTo: 1 } }],
    ['a call opened as a stream', { kind: 'open', name: 'topics.count', input: undefined }],
    ['a notice', { kind: 'call', name: 'topics.changed', input: undefined }],
    ['a stream that is not open', { kind: 'pull', stream: 99 }],
  ])('answers %s with a failure', async (_what, message) => {
    const { server } = joined()
    expect(await server.handle(PEER, message)).toMatchObject({
      ok: false,
      failure: { code: 'NOT_UNDERSTOOD' },
    })
  })
})

describe('stream', () => {
  it('gives chunks in order, then ends', async () => {
    const { client } = joined()
    expect(await collected(client.topics.scan({ upTo: 6 }))).toEqual([
      { ok: true, value: [0, 1] },
      { ok: true, value: [2, 3] },
      { ok: true, value: [4, 5] },
    ])
  })

  it('makes no chunk before it is pulled', async () => {
    const made: number[] = []
    const { client } = joined({
      async *scan() {
        for (let chunk = 1; ; chunk++) {
          made.push(chunk)
          yield [chunk]
        }
      },
    })
    const results = client.topics.scan({ upTo: 0 })
    await results.next()
    await results.next()
    expect(made).toEqual([1, 2])
    await results.return()
  })

  it('is aborted when its reader leaves', async () => {
    const ended = new Deferred<boolean>()
    const { client } = joined({
      async *scan(_input, signal) {
        try {
          for (;;) yield [1]
        } finally {
          ended.resolve(signal.aborted)
        }
      },
    })
    for await (const chunk of client.topics.scan({ upTo: 0 })) {
      expect(chunk.ok).toBe(true)
      break
    }
    expect(await ended.promise).toBe(true)
  })

  it('is aborted with its peer, though a pull is under way', async () => {
    const pulled = new Deferred<void>()
    const { client, server } = joined({
      async *scan(_input, signal) {
        pulled.resolve()
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        )
        yield []
      },
    })
    const next = client.topics.scan({ upTo: 0 }).next()
    await pulled.promise
    server.dropPeer(PEER)
    expect(await next).toMatchObject({ value: { ok: false, failure: { message: 'aborted' } } })
  })

  it('ends with the failure, as the last thing it gives', async () => {
    const { client } = joined({
      async *scan() {
        yield [1]
        throw new Error('the disk is full')
      },
    })
    expect(await collected(client.topics.scan({ upTo: 0 }))).toEqual([
      { ok: true, value: [1] },
      { ok: false, failure: { code: 'INTERNAL', message: 'the disk is full' } },
    ])
  })

  it('gives nothing but the failure where its input is refused', async () => {
    const { client } = joined()
    expect(await collected(client.topics.scan({ upTo: 1.5 }))).toMatchObject([
      { ok: false, failure: { code: 'INVALID_INPUT' } },
    ])
  })

  it('is out of reach for another peer', async () => {
    const { server } = joined()
    const opened = await server.handle(PEER, { kind: 'open', name: 'topics.scan', input: { upTo: 4 } })
    expect(opened.ok).toBe(true)
    const other = await server.handle(2, { kind: 'pull', stream: 1 })
    expect(other).toMatchObject({ ok: false, failure: { code: 'NOT_UNDERSTOOD' } })
    expect(await server.handle(PEER, { kind: 'pull', stream: 1 })).toMatchObject({ ok: true })
  })

  it('refuses a second pull while the first is under way', async () => {
    const { server } = joined({
      async *scan() {
        await new Promise(() => undefined)
        yield []
      },
    })
    await server.handle(PEER, { kind: 'open', name: 'topics.scan', input: { upTo: 4 } })
    void server.handle(PEER, { kind: 'pull', stream: 1 })
    expect(await server.handle(PEER, { kind: 'pull', stream: 1 })).toMatchObject({ ok: false })
  })

  it('has a limit for each peer, and room again after an end', async () => {
    const { server } = joined()
    const open = () => server.handle(PEER, { kind: 'open', name: 'topics.scan', input: { upTo: 0 } })
    const opened = await Promise.all(Array.from({ length: 65 }, open))
    expect(opened.filter(({ ok }) => ok)).toHaveLength(64)
    expect(opened.at(-1)).toMatchObject({ ok: false, failure: { code: 'TOO_MANY_STREAMS' } })
    expect(await server.handle(PEER, { kind: 'pull', stream: 1 })).toEqual({
      ok: true,
      value: { done: true },
    })
    expect(await open()).toMatchObject({ ok: true })
  })
})

describe('notice', () => {
  it('reaches every listener, until it stops listening', () => {
    const { client, notify, listeners } = joined()
    const [one, other] = [vi.fn(), vi.fn()]
    const stop = client.topics.changed(one)
    client.topics.changed(other)
    notify.topics.changed(['a'])
    stop()
    notify.topics.changed(['b'])
    expect(one.mock.calls).toEqual([[['a']]])
    expect(other.mock.calls).toEqual([[['a']], [['b']]])
    expect(listeners.size).toBe(1)
  })
})

it('says at once when a declared call has no handler', () => {
  const incomplete = { topics: { count: () => 1 } } as unknown as Handlers
  expect(() => new ChannelServer(contract, incomplete, () => ({ code: '', message: '' }))).toThrow(
    'Nothing handles topics.rename',
  )
})
