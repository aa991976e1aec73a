import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLogger, type LogLine } from '../../../src/broker/logger.ts'
import type { ActsAtOnce, Respond } from '../../../src/broker/network/connection.ts'
import { FrameReader } from '../../../src/broker/network/frame-reader.ts'
import { KafkaServer } from '../../../src/broker/network/server.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function listen(respond: Respond, options: { maxIdleMs?: number; actsAtOnce?: ActsAtOnce } = {}) {
  const lines: LogLine[] = []
  const server = await KafkaServer.listen({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1_000,
    maxIdleMs: options.maxIdleMs ?? 60_000,
    respond,
    ...(options.actsAtOnce === undefined ? {} : { actsAtOnce: options.actsAtOnce }),
    log: createLogger(1, (line) => lines.push(line)),
  })
  cleanups.push(() => server.close())
  return { server, lines }
}

async function client(server: KafkaServer): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: server.port })
  cleanups.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

function frame(text: string): Buffer {
  const buffer = Buffer.alloc(4 + text.length)
  buffer.writeInt32BE(text.length)
  buffer.write(text, 4)
  return buffer
}

async function read(socket: Socket, count: number): Promise<string[]> {
  const reader = new FrameReader(1_000_000)
  const frames: string[] = []
  while (frames.length < count) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    frames.push(...reader.push(chunk).map(String))
  }
  return frames
}

describe('KafkaServer', () => {
  it('answers pipelined requests one at a time and in order', async () => {
    let inWork = 0
    let mostInWork = 0
    const { server } = await listen(async (request) => {
      inWork += 1
      mostInWork = Math.max(mostInWork, inWork)
      // The earlier a request came the more turns its answer takes, so that disorder would show.
      for (let turns = 10 - Number(request.toString()); turns > 0; turns -= 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      inWork -= 1
      return [frame(request.toString())]
    })
    const socket = await client(server)
    const requests = Array.from({ length: 10 }, (_, index) => String(index))
    socket.write(Buffer.concat(requests.map(frame)))
    expect(await read(socket, 10)).toEqual(requests)
    expect(mostInWork).toBe(1)
  })

  it('begins requests that act at once before earlier ones are answered, and answers in order', async () => {
    const begun: string[] = []
    const answers = new Map<string, () => void>()
    const { server } = await listen(
      (request) => {
        begun.push(String(request))
        return new Promise((resolve) => answers.set(String(request), () => resolve([frame(String(request))])))
      },
      { actsAtOnce: (request) => String(request).startsWith('produce') },
    )
    const socket = await client(server)
    const requests = ['produce 1', 'produce 2', 'produce 3', 'fetch', 'produce 4']
    socket.write(Buffer.concat(requests.map(frame)))

    await vi.waitFor(() => expect(begun).toEqual(['produce 1', 'produce 2', 'produce 3']))
    answers.get('produce 2')?.()
    answers.get('produce 1')?.()
    expect(await read(socket, 2)).toEqual(['produce 1', 'produce 2'])
    expect(begun).not.toContain('fetch')

    answers.get('produce 3')?.()
    expect(await read(socket, 1)).toEqual(['produce 3'])
    await vi.waitFor(() => expect(begun.at(-1)).toBe('fetch'))
    answers.get('fetch')?.()
    expect(await read(socket, 1)).toEqual(['fetch'])
    await vi.waitFor(() => expect(begun.at(-1)).toBe('produce 4'))
  })

  it('answers nothing after a request that failed, though later ones had begun', async () => {
    const { server } = await listen(
      async (request) => {
        if (String(request) === 'bad') throw new Error('the request is bad')
        return [frame(String(request))]
      },
      { actsAtOnce: () => true },
    )
    const socket = await client(server)
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.write(Buffer.concat(['good', 'bad', 'late'].map(frame)))
    await once(socket, 'close')
    expect(Buffer.concat(received)).toEqual(frame('good'))
  })

  it('keeps pipelined requests of a fast client without reading ahead of what it can work on', async () => {
    const { server } = await listen(async (request) => [frame(request.toString())])
    const socket = await client(server)
    const requests = Array.from({ length: 500 }, (_, index) => `request ${index}`)
    socket.write(Buffer.concat(requests.map(frame)))
    expect(await read(socket, 500)).toEqual(requests)
  })

  it('sends nothing for a request without an answer', async () => {
    const { server } = await listen(async (request) =>
      request.toString() === 'silent' ? null : [frame('answer')],
    )
    const socket = await client(server)
    socket.write(Buffer.concat([frame('silent'), frame('other')]))
    expect(await read(socket, 1)).toEqual(['answer'])
  })

  it('closes only the connection whose request fails', async () => {
    const { server, lines } = await listen(async (request) => {
      if (request.toString() === 'bad') throw new Error('the request is bad')
      return [frame('fine')]
    })
    const [good, bad] = [await client(server), await client(server)]
    bad.write(frame('bad'))
    await once(bad, 'close')
    good.write(frame('good'))
    expect(await read(good, 1)).toEqual(['fine'])
    expect(lines.map((line) => line.fields['reason'])).toContain('the request is bad')
  })

  it('closes a connection that announces an oversized frame', async () => {
    const { server, lines } = await listen(async () => [])
    const socket = await client(server)
    const size = Buffer.alloc(4)
    size.writeInt32BE(1_001)
    socket.write(size)
    await once(socket, 'close')
    expect(lines.map((line) => line.fields['reason'])).toContain(
      'A frame of 1001 bytes was announced; the limit is 1000.',
    )
  })

  it('closes a connection that is idle for connections.max.idle.ms', async () => {
    const { server } = await listen(async () => [], { maxIdleMs: 20 })
    await once(await client(server), 'close')
  })

  it('survives clients that hang up in the middle of a request', async () => {
    const { server } = await listen(async () => [frame('fine')])
    for (let index = 0; index < 20; index += 1) {
      const socket = await client(server)
      socket.write(frame('half a request').subarray(0, 1 + (index % 10)))
      socket.destroy()
      await once(socket, 'close')
    }
    const socket = await client(server)
    socket.write(frame('whole'))
    expect(await read(socket, 1)).toEqual(['fine'])
  })

  it('stops working for a client that does not read its answers', async () => {
    let answered = 0
    const { server } = await listen(async () => {
      answered += 1
      return [Buffer.alloc(1024 * 1024)]
    })
    const socket = await client(server)
    socket.pause()
    const requests = 200
    socket.write(Buffer.concat(Array.from({ length: requests }, () => frame('more'))))
    // A second client is served all the while, and shows that the first one's requests are standing still.
    const other = await client(server)
    other.write(frame('other'))
    await once(other, 'data')
    expect(answered).toBeLessThan(requests)
  })

  it('says which port is taken by rejecting with EADDRINUSE', async () => {
    const { server } = await listen(async () => [])
    const again = KafkaServer.listen({
      host: '127.0.0.1',
      port: server.port,
      maxFrameBytes: 1,
      maxIdleMs: 0,
      respond: async () => null,
      log: createLogger(1, () => undefined),
    })
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
